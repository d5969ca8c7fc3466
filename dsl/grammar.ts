// oxlint-disable max-lines -- a grammar is read as a whole
/** The grammar: one method per production, each under its production. Recovers, so that one run finds many mistakes. */
import { CstParser, type IParserErrorMessageProvider, type TokenType, tokenMatcher } from "chevrotain";
import * as t from "./tokens.ts";

/** Deepest nesting of blocks and JSON values; deeper text is refused before it is parsed. */
export const maxNesting = 32;

/** Parses one file into a concrete syntax tree. Stateful: assign `input`, call `file()`, read `errors`. */
export class PolicyParser extends CstParser {
  constructor(errorMessageProvider: IParserErrorMessageProvider) {
    super(t.allTokens, {
      recoveryEnabled: true,
      maxLookahead: 1,
      nodeLocationTracking: "onlyOffset",
      errorMessageProvider,
    });
    this.performSelfAnalysis();
  }

  /** One of several tokens; at most once a rule. */
  private choose(...types: TokenType[]): void {
    this.or(
      9,
      types.map((type) => ({ ALT: () => this.consume(9, type) })),
    );
  }

  /** As `choose`, for a rule's second choice. */
  private chooseAgain(...types: TokenType[]): void {
    this.or(
      8,
      types.map((type) => ({ ALT: () => this.consume(8, type) })),
    );
  }

  /** True where `app` begins a declaration and is no field: what is open before it lacks its brace. */
  private opensApp(): boolean {
    return (
      this.LA(1).tokenType === t.App &&
      tokenMatcher(this.LA(2), t.Name) &&
      this.LA(3).tokenType === t.OpenBrace
    );
  }

  /** File : Declaration* */
  readonly file = this.RULE("file", () => {
    this.MANY(() => this.SUBRULE(this.declaration));
  });

  /** Declaration : App | List | Fingerprint | Measure | Remember | Sequence | Cohort | Response | Webhook | Channel | Smtp | Policy | Test */
  readonly declaration = this.RULE("declaration", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.app) },
      { ALT: () => this.SUBRULE(this.list) },
      { ALT: () => this.SUBRULE(this.fingerprint) },
      { ALT: () => this.SUBRULE(this.measure) },
      { ALT: () => this.SUBRULE(this.remember) },
      { ALT: () => this.SUBRULE(this.sequence) },
      { ALT: () => this.SUBRULE(this.cohort) },
      { ALT: () => this.SUBRULE(this.response) },
      { ALT: () => this.SUBRULE(this.webhook) },
      { ALT: () => this.SUBRULE(this.channel) },
      { ALT: () => this.SUBRULE(this.smtp) },
      { ALT: () => this.SUBRULE(this.policy) },
      { ALT: () => this.SUBRULE(this.test) },
    ]);
  });

  /** App : "app" Name "{" AppClause* "}" */
  private readonly app = this.RULE("app", () => {
    this.CONSUME(t.App);
    this.CONSUME(t.Name);
    this.CONSUME(t.OpenBrace);
    this.MANY(() => this.SUBRULE(this.appClause));
    this.CONSUME(t.CloseBrace);
  });

  /** AppClause : Tags | Hosts | Origin | Lock | Health | Waits | Route | Identify | Outcome | Unidentified | Fail | Front | PathCase | Ambiguous | DeviceCookie | AtRisk */
  private readonly appClause = this.RULE("appClause", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.tags) },
      { ALT: () => this.SUBRULE(this.hosts) },
      { ALT: () => this.SUBRULE(this.origin) },
      { ALT: () => this.SUBRULE(this.lock) },
      { ALT: () => this.SUBRULE(this.health) },
      { ALT: () => this.SUBRULE(this.waits) },
      { ALT: () => this.SUBRULE(this.route) },
      { ALT: () => this.SUBRULE(this.identify) },
      { ALT: () => this.SUBRULE(this.outcome) },
      { ALT: () => this.SUBRULE(this.unidentified) },
      { ALT: () => this.SUBRULE(this.fail) },
      { ALT: () => this.SUBRULE(this.front) },
      { ALT: () => this.SUBRULE(this.pathCase) },
      { ALT: () => this.SUBRULE(this.ambiguous) },
      { ALT: () => this.SUBRULE(this.deviceCookie) },
      { ALT: () => this.SUBRULE(this.atRisk) },
    ]);
  });

  /** Tags : "tags" Names */
  private readonly tags = this.RULE("tags", () => {
    this.CONSUME(t.Tags);
    this.SUBRULE(this.names);
  });

  /** Names : Name ("," Name)* */
  private readonly names = this.RULE("names", () => {
    this.CONSUME(t.Name);
    this.MANY(() => {
      this.CONSUME(t.Comma);
      this.CONSUME2(t.Name);
    });
  });

  /** Hosts : "hosts" Host ("," Host)* */
  private readonly hosts = this.RULE("hosts", () => {
    this.CONSUME(t.Hosts);
    this.SUBRULE(this.host);
    this.MANY(() => {
      this.CONSUME(t.Comma);
      this.SUBRULE2(this.host);
    });
  });

  /** Host : Name | WildcardHost | "*" | Ipv4 | Text */
  private readonly host = this.RULE("host", () => {
    this.choose(t.Name, t.WildcardHost, t.Star, t.Ipv4, t.Text);
  });

  /** Origin : "origin" OriginUrl ("," OriginUrl)* */
  private readonly origin = this.RULE("origin", () => {
    this.CONSUME(t.Origin);
    this.SUBRULE(this.originUrl);
    this.MANY(() => {
      this.CONSUME(t.Comma);
      this.SUBRULE2(this.originUrl);
    });
  });

  /** OriginUrl : (Url | Text) OriginOption* */
  private readonly originUrl = this.RULE("originUrl", () => {
    this.choose(t.Url, t.Text);
    this.MANY(() => this.SUBRULE(this.originOption));
  });

  /** OriginOption : "weight" Int | ("ca" | "sni" | "certificate") Text | "key" Secret | "insecure" */
  private readonly originOption = this.RULE("originOption", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Weight);
          this.CONSUME(t.Int);
        },
      },
      {
        ALT: () => {
          this.choose(t.Ca, t.Sni, t.Certificate);
          this.CONSUME(t.Text);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Key);
          this.SUBRULE(this.secret);
        },
      },
      { ALT: () => this.CONSUME(t.Insecure) },
    ]);
  });

  /** Lock : "lock" "header" AnyWord Secret */
  private readonly lock = this.RULE("lock", () => {
    this.CONSUME(t.Lock);
    this.CONSUME(t.Header);
    this.CONSUME(t.AnyWord);
    this.SUBRULE(this.secret);
  });

  /** Health : "health" Name Path HealthOption* */
  private readonly health = this.RULE("health", () => {
    this.CONSUME(t.Health);
    this.CONSUME(t.Name);
    this.CONSUME(t.Path);
    this.MANY(() => this.SUBRULE(this.healthOption));
  });

  /** HealthOption : ("every" | "timeout") Duration | ChecksInARow Int */
  private readonly healthOption = this.RULE("healthOption", () => {
    this.OR([
      {
        ALT: () => {
          this.choose(t.Every, t.Timeout);
          this.CONSUME(t.Duration);
        },
      },
      {
        ALT: () => {
          this.SUBRULE(this.checksInARow);
          this.CONSUME(t.Int);
        },
      },
    ]);
  });

  /** ChecksInARow : "rise" | "fall" */
  private readonly checksInARow = this.RULE("checksInARow", () => {
    this.choose(t.Rise, t.Fall);
  });

  /** Waits : "waits" Wait+ */
  private readonly waits = this.RULE("waits", () => {
    this.CONSUME(t.Waits);
    this.AT_LEAST_ONE(() => this.SUBRULE(this.wait));
  });

  /** Wait : ("connect" | "answer" | "body" | "tunnel") Duration */
  private readonly wait = this.RULE("wait", () => {
    this.choose(t.Connect, t.Answer, t.Body, t.Tunnel);
    this.CONSUME(t.Duration);
  });

  /** Route : "route" Name Method Path RouteConditions? ("tagged" Names)? */
  private readonly route = this.RULE("route", () => {
    this.CONSUME(t.Route);
    this.CONSUME(t.Name);
    this.SUBRULE(this.method);
    this.CONSUME(t.Path);
    this.OPTION(() => this.SUBRULE(this.routeConditions));
    this.OPTION2(() => {
      this.CONSUME(t.Tagged);
      this.SUBRULE(this.names);
    });
  });

  /** RouteConditions : "when" Comparison (Junction Comparison)* */
  private readonly routeConditions = this.RULE("routeConditions", () => {
    this.CONSUME(t.When);
    this.SUBRULE(this.comparison);
    this.MANY(() => {
      this.SUBRULE(this.junction);
      this.SUBRULE2(this.comparison);
    });
  });

  /** Method : Name | "*" */
  private readonly method = this.RULE("method", () => {
    this.choose(t.Name, t.Star);
  });

  /** Identify : "identify" Identity "=" Source ("|" Source)* ("normalise" Names)? */
  private readonly identify = this.RULE("identify", () => {
    this.CONSUME(t.Identify);
    this.SUBRULE(this.identity);
    this.CONSUME(t.Equal);
    this.SUBRULE(this.source);
    this.MANY(() => {
      this.CONSUME(t.Pipe);
      this.SUBRULE2(this.source);
    });
    this.OPTION(() => {
      this.CONSUME(t.Normalise);
      this.SUBRULE(this.names);
    });
  });

  /** Source : "each"? "response"? Subject */
  private readonly source = this.RULE("source", () => {
    this.OPTION(() => this.CONSUME(t.Each));
    this.OPTION2(() => this.CONSUME(t.Response));
    this.SUBRULE(this.subject);
  });

  /** Identity : "username" | "password" | "session" */
  private readonly identity = this.RULE("identity", () => {
    this.choose(t.Username, t.Password, t.Session);
  });

  /** Outcome : "outcome" Name ("at" Names)? OutcomeCase+ */
  private readonly outcome = this.RULE("outcome", () => {
    this.CONSUME(t.OutcomeWord);
    this.CONSUME(t.Name);
    this.OPTION(() => {
      this.CONSUME(t.At);
      this.SUBRULE(this.names);
    });
    this.AT_LEAST_ONE(() => this.SUBRULE(this.outcomeCase));
  });

  /** OutcomeCase : OutcomeKind ResponseTest (Junction ResponseTest)* */
  private readonly outcomeCase = this.RULE("outcomeCase", () => {
    this.SUBRULE(this.outcomeKind);
    this.SUBRULE(this.responseTest);
    this.MANY(() => {
      this.SUBRULE(this.junction);
      this.SUBRULE2(this.responseTest);
    });
  });

  /** OutcomeKind : "success" | "failure" | "unknown_user" | "locked" | "challenge" | "throttled" */
  private readonly outcomeKind = this.RULE("outcomeKind", () => {
    this.choose(t.Success, t.Failure, t.UnknownUser, t.Locked, t.Challenge, t.Throttled);
  });

  /** Junction : "and" | "or" */
  private readonly junction = this.RULE("junction", () => {
    this.choose(t.And, t.Or);
  });

  /** ResponseTest : "status" StatusRange ("," StatusRange)* | Subject Operator */
  private readonly responseTest = this.RULE("responseTest", () => {
    this.OR([
      {
        // `status` is also a name: the question about the status comes first.
        IGNORE_AMBIGUITIES: true,
        ALT: () => {
          this.CONSUME(t.Status);
          this.SUBRULE(this.statusRange);
          this.MANY(() => {
            this.CONSUME(t.Comma);
            this.SUBRULE2(this.statusRange);
          });
        },
      },
      {
        ALT: () => {
          this.SUBRULE(this.subject);
          this.SUBRULE(this.operator);
        },
      },
    ]);
  });

  /** StatusRange : Int (".." Int)? */
  private readonly statusRange = this.RULE("statusRange", () => {
    this.CONSUME(t.Int);
    this.OPTION(() => {
      this.CONSUME(t.To);
      this.CONSUME2(t.Int);
    });
  });

  /** Unidentified : "unidentified" Names ("allow" | "mark" | "block") */
  private readonly unidentified = this.RULE("unidentified", () => {
    this.CONSUME(t.Unidentified);
    this.SUBRULE(this.names);
    this.choose(t.Allow, t.Mark, t.Block);
  });

  /** Fail : "fail" ("open" | "closed") */
  private readonly fail = this.RULE("fail", () => {
    this.CONSUME(t.Fail);
    this.choose(t.Open, t.Closed);
  });

  /** Front : "front" Name "from" (Values | Name) ("{" FrontFact* "}")? */
  private readonly front = this.RULE("front", () => {
    this.CONSUME(t.Front);
    this.CONSUME(t.Name);
    this.CONSUME(t.From);
    this.OR([{ ALT: () => this.SUBRULE(this.values) }, { ALT: () => this.CONSUME2(t.Name) }]);
    this.OPTION(() => {
      this.CONSUME(t.OpenBrace);
      this.MANY(() => this.SUBRULE(this.frontFact));
      this.CONSUME(t.CloseBrace);
    });
  });

  /** FrontFact : Name "header" AnyWord */
  private readonly frontFact = this.RULE("frontFact", () => {
    this.CONSUME(t.Name);
    this.CONSUME(t.Header);
    this.CONSUME(t.AnyWord);
  });

  /** PathCase : "case" ("sensitive" | "insensitive") "paths" */
  private readonly pathCase = this.RULE("pathCase", () => {
    this.CONSUME(t.CaseWord);
    this.choose(t.Sensitive, t.Insensitive);
    this.CONSUME(t.Paths);
  });

  /** Ambiguous : "ambiguous" ("block" | "mark") */
  private readonly ambiguous = this.RULE("ambiguous", () => {
    this.CONSUME(t.Ambiguous);
    this.choose(t.Block, t.Mark);
  });

  /** DeviceCookie : "device_cookie" Text "for" Duration */
  private readonly deviceCookie = this.RULE("deviceCookie", () => {
    this.CONSUME(t.DeviceCookie);
    this.CONSUME(t.Text);
    this.CONSUME(t.For);
    this.CONSUME(t.Duration);
  });

  /** AtRisk : "at_risk" AtRiskPart+ */
  private readonly atRisk = this.RULE("atRisk", () => {
    this.CONSUME(t.AtRisk);
    this.AT_LEAST_ONE(() => this.SUBRULE(this.atRiskPart));
  });

  /** AtRiskPart : RiskLabels | "webhook" Name JsonObject? | "alert" Name | RiskAmount */
  private readonly atRiskPart = this.RULE("atRiskPart", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.riskLabels) },
      {
        ALT: () => {
          this.CONSUME(t.Webhook);
          this.CONSUME(t.Name);
          this.OPTION(() => this.SUBRULE(this.jsonObject));
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Alert);
          this.CONSUME2(t.Name);
        },
      },
      { ALT: () => this.SUBRULE(this.riskAmount) },
    ]);
  });

  /** RiskLabels : "labelled" Names */
  private readonly riskLabels = this.RULE("riskLabels", () => {
    this.CONSUME(t.Labelled);
    this.SUBRULE(this.names);
  });

  /** RiskAmount : "amount" Subject ("at" Names)? */
  private readonly riskAmount = this.RULE("riskAmount", () => {
    this.CONSUME(t.Amount);
    this.SUBRULE(this.subject);
    this.OPTION(() => {
      this.CONSUME(t.At);
      this.SUBRULE(this.names);
    });
  });

  /** List : "list" Name ":" Name ("=" Values | "from" Text ListOption*) */
  private readonly list = this.RULE("list", () => {
    this.CONSUME(t.List);
    this.CONSUME(t.Name);
    this.CONSUME(t.Colon);
    this.CONSUME2(t.Name);
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Equal);
          this.SUBRULE(this.values);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.From);
          this.CONSUME(t.Text);
          this.MANY(() => this.SUBRULE(this.listOption));
        },
      },
    ]);
  });

  /** ListOption : "format" Name ("column" Int)? | "refresh" Duration | "max" Int */
  private readonly listOption = this.RULE("listOption", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Format);
          this.CONSUME(t.Name);
          this.OPTION(() => {
            this.CONSUME(t.Column);
            this.CONSUME(t.Int);
          });
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Refresh);
          this.CONSUME(t.Duration);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Max);
          this.CONSUME2(t.Int);
        },
      },
    ]);
  });

  /** Values : "[" (Value ("," Value?)*)? "]" */
  private readonly values = this.RULE("values", () => {
    this.CONSUME(t.OpenBracket);
    this.OPTION(() => {
      this.SUBRULE(this.value);
      this.MANY(() => {
        this.CONSUME(t.Comma);
        this.OPTION2(() => this.SUBRULE2(this.value));
      });
    });
    this.CONSUME(t.CloseBracket);
  });

  /** Value : Text | Int | Decimal | Percent | Duration | Ipv4 | Ipv6 | Name */
  private readonly value = this.RULE("value", () => {
    this.choose(t.Text, t.Int, t.Decimal, t.Percent, t.Duration, t.Ipv4, t.Ipv6, t.Name);
  });

  /** Operand : Factor "usual" | Value */
  private readonly operand = this.RULE("operand", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Factor);
          this.CONSUME(t.Usual);
        },
      },
      { ALT: () => this.SUBRULE(this.value) },
    ]);
  });

  /** Fingerprint : "fingerprint" Name "{" Score* "match" "at" Int "}" */
  private readonly fingerprint = this.RULE("fingerprint", () => {
    this.CONSUME(t.Fingerprint);
    this.CONSUME(t.Name);
    this.CONSUME(t.OpenBrace);
    this.MANY(() => this.SUBRULE(this.score));
    this.CONSUME(t.Match);
    this.CONSUME(t.At);
    this.CONSUME(t.Int);
    this.CONSUME(t.CloseBrace);
  });

  /** Score : "+" Int Condition */
  private readonly score = this.RULE("score", () => {
    this.CONSUME(t.Plus);
    this.CONSUME(t.Int);
    this.SUBRULE(this.condition);
  });

  /** Measure : "measure" Name "=" Counted "at" Target ("by" Key)? "over" Duration Support? */
  private readonly measure = this.RULE("measure", () => {
    this.CONSUME(t.Measure);
    this.CONSUME(t.Name);
    this.CONSUME(t.Equal);
    this.SUBRULE(this.counted);
    this.CONSUME(t.At);
    this.SUBRULE(this.target);
    this.OPTION(() => {
      this.CONSUME(t.By);
      this.SUBRULE(this.key);
    });
    this.CONSUME(t.Over);
    this.CONSUME(t.Duration);
    this.OPTION2(() => this.SUBRULE(this.support));
  });

  /** Counted : "count" | ("distinct" | "new") Subject | "share" Names | "gap" ("median" | "shortest")? */
  private readonly counted = this.RULE("counted", () => {
    this.OR([
      { ALT: () => this.CONSUME(t.Count) },
      {
        ALT: () => {
          this.choose(t.Distinct, t.New);
          this.SUBRULE(this.subject);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Share);
          this.SUBRULE(this.names);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Gap);
          this.OPTION(() => this.chooseAgain(t.Median, t.Shortest));
        },
      },
    ]);
  });

  /** Support : "at" "least" Int */
  private readonly support = this.RULE("support", () => {
    this.CONSUME(t.At);
    this.CONSUME(t.Least);
    this.CONSUME(t.Int);
  });

  /** Key : "(" Subject ("," Subject)* ")" | Subject ("," Subject)* */
  private readonly key = this.RULE("key", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.OpenParenthesis);
          this.SUBRULE(this.subject);
          this.MANY(() => {
            this.CONSUME(t.Comma);
            this.SUBRULE2(this.subject);
          });
          this.CONSUME(t.CloseParenthesis);
        },
      },
      {
        ALT: () => {
          this.SUBRULE3(this.subject);
          this.MANY2(() => {
            this.CONSUME2(t.Comma);
            this.SUBRULE4(this.subject);
          });
        },
      },
    ]);
  });

  /** Remember : "remember" Name "=" Key "at" Target "by" Key "for" Duration */
  private readonly remember = this.RULE("remember", () => {
    this.CONSUME(t.Remember);
    this.CONSUME(t.Name);
    this.CONSUME(t.Equal);
    this.SUBRULE(this.key);
    this.CONSUME(t.At);
    this.SUBRULE(this.target);
    this.CONSUME(t.By);
    this.SUBRULE2(this.key);
    this.CONSUME(t.For);
    this.CONSUME(t.Duration);
  });

  /** Sequence : "sequence" Name "by" Key "within" Duration "{" Step NextStep* "}" */
  private readonly sequence = this.RULE("sequence", () => {
    this.CONSUME(t.Sequence);
    this.CONSUME(t.Name);
    this.CONSUME(t.By);
    this.SUBRULE(this.key);
    this.CONSUME(t.Within);
    this.CONSUME(t.Duration);
    this.CONSUME(t.OpenBrace);
    this.SUBRULE(this.step);
    this.MANY(() => this.SUBRULE(this.nextStep));
    this.CONSUME(t.CloseBrace);
  });

  /** Step : Target Support? */
  private readonly step = this.RULE("step", () => {
    this.SUBRULE(this.target);
    this.OPTION(() => this.SUBRULE(this.support));
  });

  /** NextStep : "then" Step | "without" Target */
  private readonly nextStep = this.RULE("nextStep", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Then);
          this.SUBRULE(this.step);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Without);
          this.SUBRULE(this.target);
        },
      },
    ]);
  });

  /** Cohort : "cohort" Name "{" CohortClause* "}" */
  private readonly cohort = this.RULE("cohort", () => {
    this.CONSUME(t.Cohort);
    this.CONSUME(t.Name);
    this.CONSUME(t.OpenBrace);
    this.MANY(() => this.SUBRULE(this.cohortClause));
    this.CONSUME(t.CloseBrace);
  });

  /** CohortClause : "later" Target "within" Duration | Condition */
  private readonly cohortClause = this.RULE("cohortClause", () => {
    this.OR([
      {
        IGNORE_AMBIGUITIES: true,
        ALT: () => {
          this.CONSUME(t.Later);
          this.SUBRULE(this.target);
          this.CONSUME(t.Within);
          this.CONSUME(t.Duration);
        },
      },
      { ALT: () => this.SUBRULE(this.condition) },
    ]);
  });

  /** Target : "tagged"? Name */
  private readonly target = this.RULE("target", () => {
    this.OPTION(() => this.CONSUME(t.Tagged));
    this.CONSUME(t.Name);
  });

  /** Subject : ("header" | "cookie") AnyWord | Name | "app" */
  private readonly subject = this.RULE("subject", () => {
    this.OR([
      {
        ALT: () => {
          this.choose(t.Header, t.Cookie);
          this.CONSUME(t.AnyWord);
        },
      },
      { ALT: () => this.CONSUME(t.Name) },
      { ALT: () => this.CONSUME(t.App) },
    ]);
  });

  /** Response : "response" Name (Like ResponseBody? | ResponseBody) */
  private readonly response = this.RULE("response", () => {
    this.CONSUME(t.Response);
    this.CONSUME(t.Name);
    this.OR([
      {
        ALT: () => {
          this.SUBRULE(this.like);
          this.OPTION(() => this.SUBRULE(this.responseBody));
        },
      },
      { ALT: () => this.SUBRULE2(this.responseBody) },
    ]);
  });

  /** Like : "like" Target OutcomeKind? */
  private readonly like = this.RULE("like", () => {
    this.CONSUME(t.Like);
    this.SUBRULE(this.target);
    this.OPTION(() => this.SUBRULE(this.outcomeKind));
  });

  /** ResponseBody : "{" ResponseClause* "}" */
  private readonly responseBody = this.RULE("responseBody", () => {
    this.CONSUME(t.OpenBrace);
    this.MANY(() => this.SUBRULE(this.responseClause));
    this.CONSUME(t.CloseBrace);
  });

  /** ResponseClause : "status" Int | "header" (Text | AnyWord) Text | "json" JsonValue | ("body" | "html") Text | Latency */
  private readonly responseClause = this.RULE("responseClause", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Status);
          this.CONSUME(t.Int);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Header);
          this.choose(t.Text, t.AnyWord);
          this.CONSUME2(t.Text);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Json);
          this.SUBRULE(this.jsonValue);
        },
      },
      {
        ALT: () => {
          this.chooseAgain(t.Body, t.Html);
          this.CONSUME3(t.Text);
        },
      },
      { ALT: () => this.SUBRULE(this.latency) },
    ]);
  });

  /** Latency : "latency" ("like" Target | Duration (".." Duration)?) */
  private readonly latency = this.RULE("latency", () => {
    this.CONSUME(t.Latency);
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Like);
          this.SUBRULE(this.target);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Duration);
          this.OPTION(() => {
            this.CONSUME(t.To);
            this.CONSUME2(t.Duration);
          });
        },
      },
    ]);
  });

  /** JsonValue : JsonObject | JsonArray | Text | Int | Decimal | "true" | "false" | "null" | Fake | Subject */
  private readonly jsonValue = this.RULE("jsonValue", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.jsonObject) },
      { ALT: () => this.SUBRULE(this.jsonArray) },
      { ALT: () => this.CONSUME(t.Text) },
      { ALT: () => this.CONSUME(t.Int) },
      { ALT: () => this.CONSUME(t.Decimal) },
      // These words are also names: what they mean in JSON comes first.
      { IGNORE_AMBIGUITIES: true, ALT: () => this.CONSUME(t.True) },
      { IGNORE_AMBIGUITIES: true, ALT: () => this.CONSUME(t.False) },
      { IGNORE_AMBIGUITIES: true, ALT: () => this.CONSUME(t.Null) },
      { IGNORE_AMBIGUITIES: true, ALT: () => this.SUBRULE(this.fake) },
      { ALT: () => this.SUBRULE(this.subject) },
    ]);
  });

  /** Fake : "fake" Name (FakeNumber (".." FakeNumber)?)? ("seeded" "by" Subject)? */
  private readonly fake = this.RULE("fake", () => {
    this.CONSUME(t.Fake);
    this.CONSUME(t.Name);
    this.OPTION(() => {
      this.SUBRULE(this.fakeNumber);
      this.OPTION2(() => {
        this.CONSUME(t.To);
        this.SUBRULE2(this.fakeNumber);
      });
    });
    this.OPTION3(() => {
      this.CONSUME(t.Seeded);
      this.CONSUME(t.By);
      this.SUBRULE(this.subject);
    });
  });

  /** FakeNumber : Int | Decimal */
  private readonly fakeNumber = this.RULE("fakeNumber", () => {
    this.choose(t.Int, t.Decimal);
  });

  /** JsonObject : "{" (JsonPair ("," JsonPair?)*)? "}" */
  private readonly jsonObject = this.RULE("jsonObject", () => {
    this.CONSUME(t.OpenBrace);
    this.OPTION(() => {
      this.SUBRULE(this.jsonPair);
      this.MANY(() => {
        this.CONSUME(t.Comma);
        this.OPTION2(() => this.SUBRULE2(this.jsonPair));
      });
    });
    this.CONSUME(t.CloseBrace);
  });

  /** JsonPair : (AnyWord | Text) ":" JsonValue */
  private readonly jsonPair = this.RULE("jsonPair", () => {
    this.choose(t.AnyWord, t.Text);
    this.CONSUME(t.Colon);
    this.SUBRULE(this.jsonValue);
  });

  /** JsonArray : "[" (JsonValue ("," JsonValue?)*)? "]" */
  private readonly jsonArray = this.RULE("jsonArray", () => {
    this.CONSUME(t.OpenBracket);
    this.OPTION(() => {
      this.SUBRULE(this.jsonValue);
      this.MANY(() => {
        this.CONSUME(t.Comma);
        this.OPTION2(() => this.SUBRULE2(this.jsonValue));
      });
    });
    this.CONSUME(t.CloseBracket);
  });

  /** Webhook : "webhook" Name Name (Text | Url | Secret) ("secret" Secret)? ("json" JsonObject)? */
  private readonly webhook = this.RULE("webhook", () => {
    this.CONSUME(t.Webhook);
    this.CONSUME(t.Name);
    this.CONSUME2(t.Name);
    this.OR([
      { ALT: () => this.CONSUME(t.Text) },
      { ALT: () => this.CONSUME(t.Url) },
      { ALT: () => this.SUBRULE(this.secret) },
    ]);
    this.OPTION(() => {
      this.CONSUME(t.Secret);
      this.SUBRULE2(this.secret);
    });
    this.OPTION2(() => {
      this.CONSUME(t.Json);
      this.SUBRULE(this.jsonObject);
    });
  });

  /** Secret : "from" ("env" Name | "file" Text) */
  private readonly secret = this.RULE("secret", () => {
    this.CONSUME(t.From);
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Env);
          this.CONSUME(t.Name);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.File);
          this.CONSUME(t.Text);
        },
      },
    ]);
  });

  /** Channel : "channel" Name Name (Address ("," Address)* | Secret) */
  private readonly channel = this.RULE("channel", () => {
    this.CONSUME(t.Channel);
    this.CONSUME(t.Name);
    this.CONSUME2(t.Name);
    this.OR([
      {
        ALT: () => {
          this.SUBRULE(this.address);
          this.MANY(() => {
            this.CONSUME(t.Comma);
            this.SUBRULE2(this.address);
          });
        },
      },
      { ALT: () => this.SUBRULE(this.secret) },
    ]);
  });

  /** Address : Text | Url */
  private readonly address = this.RULE("address", () => {
    this.choose(t.Text, t.Url);
  });

  /** Smtp : "smtp" Name Text SmtpOption* */
  private readonly smtp = this.RULE("smtp", () => {
    this.CONSUME(t.Smtp);
    this.CONSUME(t.Name);
    this.CONSUME(t.Text);
    this.MANY(() => this.SUBRULE(this.smtpOption));
  });

  /** SmtpOption : ("sender" | "user") Text | "secret" Secret */
  private readonly smtpOption = this.RULE("smtpOption", () => {
    this.OR([
      {
        ALT: () => {
          this.choose(t.Sender, t.User);
          this.CONSUME(t.Text);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Secret);
          this.SUBRULE(this.secret);
        },
      },
    ]);
  });

  /** Policy : "policy" Name "on" Target ("," Target)* "{" PolicyClause* "}" */
  private readonly policy = this.RULE("policy", () => {
    this.CONSUME(t.Policy);
    this.CONSUME(t.Name);
    this.CONSUME(t.On);
    this.SUBRULE(this.target);
    this.MANY(() => {
      this.CONSUME(t.Comma);
      this.SUBRULE2(this.target);
    });
    this.CONSUME(t.OpenBrace);
    this.MANY2(() => this.SUBRULE(this.policyClause));
    this.CONSUME(t.CloseBrace);
  });

  /** PolicyClause : "mode" ModeName | "priority" Int | "owner" Text | "reason" Text | Rollout | "expires" DateTime | "adapt" ("auto" | "off") | "when" Block | "unless" Block | Effects | Cap | Guard */
  private readonly policyClause = this.RULE("policyClause", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Mode);
          this.SUBRULE(this.modeName);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Priority);
          this.CONSUME(t.Int);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Owner);
          this.CONSUME(t.Text);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.ReasonWord);
          this.CONSUME2(t.Text);
        },
      },
      { ALT: () => this.SUBRULE(this.rollout) },
      {
        ALT: () => {
          this.CONSUME(t.Expires);
          this.CONSUME(t.DateTime);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Adapt);
          this.choose(t.Auto, t.Off);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.When);
          this.SUBRULE(this.block);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Unless);
          this.SUBRULE2(this.block);
        },
      },
      { ALT: () => this.SUBRULE(this.effects) },
      { ALT: () => this.SUBRULE(this.cap) },
      { ALT: () => this.SUBRULE(this.guard) },
    ]);
  });

  /** ModeName : "enforce" | "shadow" | "draft" */
  private readonly modeName = this.RULE("modeName", () => {
    this.choose(t.Enforce, t.Shadow, t.Draft);
  });

  /** Rollout : "rollout" Percent "by" Key */
  private readonly rollout = this.RULE("rollout", () => {
    this.CONSUME(t.Rollout);
    this.CONSUME(t.Percent);
    this.CONSUME(t.By);
    this.SUBRULE(this.key);
  });

  /** Cap : "cap" "{" CapClause* "}" */
  private readonly cap = this.RULE("cap", () => {
    this.CONSUME(t.Cap);
    this.CONSUME(t.OpenBrace);
    this.MANY(() => this.SUBRULE(this.capClause));
    this.CONSUME(t.CloseBrace);
  });

  /** CapClause : "over" Duration | "else" "mark" | Name "<" Percent */
  private readonly capClause = this.RULE("capClause", () => {
    this.OR([
      {
        IGNORE_AMBIGUITIES: true,
        ALT: () => {
          this.CONSUME(t.Over);
          this.CONSUME(t.Duration);
        },
      },
      {
        IGNORE_AMBIGUITIES: true,
        ALT: () => {
          this.CONSUME(t.Else);
          this.CONSUME(t.Mark);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Name);
          this.CONSUME(t.Below);
          this.CONSUME(t.Percent);
        },
      },
    ]);
  });

  /** Guard : "guard" "{" GuardClause* "}" */
  private readonly guard = this.RULE("guard", () => {
    this.CONSUME(t.Guard);
    this.CONSUME(t.OpenBrace);
    this.MANY(() => this.SUBRULE(this.guardClause));
    this.CONSUME(t.CloseBrace);
  });

  /** GuardClause : "holdout" Name ("<" | "<=" | ">" | ">=") Percent | "over" Duration | Support | "else" "mark" */
  private readonly guardClause = this.RULE("guardClause", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Holdout);
          this.CONSUME(t.Name);
          this.choose(t.Below, t.AtMost, t.Above, t.AtLeast);
          this.CONSUME(t.Percent);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Over);
          this.CONSUME(t.Duration);
        },
      },
      { ALT: () => this.SUBRULE(this.support) },
      {
        ALT: () => {
          this.CONSUME(t.Else);
          this.CONSUME(t.Mark);
        },
      },
    ]);
  });

  /** Effects : "then" "{" Effect* "}" */
  private readonly effects = this.RULE("effects", () => {
    this.CONSUME(t.Then);
    this.CONSUME(t.OpenBrace);
    this.MANY(() => this.SUBRULE(this.effect));
    this.CONSUME(t.CloseBrace);
  });

  /** Effect : "allow" "from" Exempted | "block" Int? | "deceive" Name | RateLimit | "mark" Text | "tarpit" Duration | "label" Name | Hold | "webhook" Name JsonObject? Once? | Alert */
  private readonly effect = this.RULE("effect", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Allow);
          this.CONSUME(t.From);
          this.SUBRULE(this.exempted);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Block);
          this.OPTION(() => this.CONSUME(t.Int));
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Deceive);
          this.CONSUME(t.Name);
        },
      },
      { ALT: () => this.SUBRULE(this.rateLimit) },
      {
        ALT: () => {
          this.CONSUME(t.Mark);
          this.CONSUME(t.Text);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Tarpit);
          this.CONSUME(t.Duration);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Label);
          this.CONSUME2(t.Name);
        },
      },
      { ALT: () => this.SUBRULE(this.hold) },
      {
        ALT: () => {
          this.CONSUME(t.Webhook);
          this.CONSUME3(t.Name);
          this.OPTION2(() => this.SUBRULE(this.jsonObject));
          this.OPTION3(() => this.SUBRULE(this.once));
        },
      },
      { ALT: () => this.SUBRULE(this.alert) },
    ]);
  });

  /** RateLimit : "ratelimit" Int "per" Duration "by" Key */
  private readonly rateLimit = this.RULE("rateLimit", () => {
    this.CONSUME(t.Ratelimit);
    this.CONSUME(t.Int);
    this.CONSUME(t.Per);
    this.CONSUME(t.Duration);
    this.CONSUME(t.By);
    this.SUBRULE(this.key);
  });

  /** Hold : "hold" Key "for" Duration */
  private readonly hold = this.RULE("hold", () => {
    this.CONSUME(t.Hold);
    this.SUBRULE(this.key);
    this.CONSUME(t.For);
    this.CONSUME(t.Duration);
  });

  /** Alert : "alert" Name ("severity" ("low" | "medium" | "high"))? Once? */
  private readonly alert = this.RULE("alert", () => {
    this.CONSUME(t.Alert);
    this.CONSUME(t.Name);
    this.OPTION(() => {
      this.CONSUME(t.Severity);
      this.choose(t.Low, t.Medium, t.High);
    });
    this.OPTION2(() => this.SUBRULE(this.once));
  });

  /** Once : "once" "per" Key ("every" Duration)? | "every" Duration */
  private readonly once = this.RULE("once", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Once);
          this.CONSUME(t.Per);
          this.SUBRULE(this.key);
          this.OPTION(() => {
            this.CONSUME(t.Every);
            this.CONSUME(t.Duration);
          });
        },
      },
      {
        ALT: () => {
          this.CONSUME2(t.Every);
          this.CONSUME2(t.Duration);
        },
      },
    ]);
  });

  /** Exempted : "all" | Names */
  private readonly exempted = this.RULE("exempted", () => {
    this.OR([{ ALT: () => this.CONSUME(t.All) }, { ALT: () => this.SUBRULE(this.names) }]);
  });

  /** Block : "{" Condition* "}" */
  private readonly block = this.RULE("block", () => {
    this.CONSUME(t.OpenBrace);
    this.MANY({ GATE: () => !this.opensApp(), DEF: () => this.SUBRULE(this.condition) });
    this.CONSUME(t.CloseBrace);
  });

  /** Condition : ("all" | "any" | "none") Block | "labelled" Name | Comparison */
  private readonly condition = this.RULE("condition", () => {
    this.OR([
      {
        ALT: () => {
          this.choose(t.All, t.Any, t.None);
          this.SUBRULE(this.block);
        },
      },
      {
        IGNORE_AMBIGUITIES: true,
        ALT: () => {
          this.CONSUME(t.Labelled);
          this.CONSUME(t.Name);
        },
      },
      { ALT: () => this.SUBRULE(this.comparison) },
    ]);
  });

  /** Comparison : Subject Operator? */
  private readonly comparison = this.RULE("comparison", () => {
    this.SUBRULE(this.subject);
    this.OPTION(() => this.SUBRULE(this.operator));
  });

  /** Operator : ("=" | "!=" | "<" | "<=" | ">" | ">=" | "contains" | "ends") Operand | ("in" | "starts") (Values | Value) | "matches" Pattern | "differs" Subject | "missing" | "present" | "known" | "new" | "held" | "saturated" */
  private readonly operator = this.RULE("operator", () => {
    this.OR([
      {
        ALT: () => {
          this.choose(t.Equal, t.NotEqual, t.Below, t.AtMost, t.Above, t.AtLeast, t.Contains, t.Ends);
          this.SUBRULE(this.operand);
        },
      },
      {
        ALT: () => {
          this.chooseAgain(t.In, t.Starts);
          this.OR3([{ ALT: () => this.SUBRULE(this.values) }, { ALT: () => this.SUBRULE(this.value) }]);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Matches);
          this.CONSUME(t.Pattern);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Differs);
          this.SUBRULE(this.subject);
        },
      },
      { ALT: () => this.CONSUME(t.Missing) },
      { ALT: () => this.CONSUME(t.Present) },
      { ALT: () => this.CONSUME(t.Known) },
      { ALT: () => this.CONSUME(t.New) },
      { ALT: () => this.CONSUME(t.Held) },
      { ALT: () => this.CONSUME(t.Saturated) },
    ]);
  });

  /** Test : "test" Name "{" (Let | Case)* "}" */
  private readonly test = this.RULE("test", () => {
    this.CONSUME(t.TestWord);
    this.CONSUME(t.Name);
    this.CONSUME(t.OpenBrace);
    this.MANY(() => {
      this.OR([{ ALT: () => this.SUBRULE(this.let) }, { ALT: () => this.SUBRULE(this.case) }]);
    });
    this.CONSUME(t.CloseBrace);
  });

  /** Let : "let" Name "=" Name Path RequestParts? */
  private readonly let = this.RULE("let", () => {
    this.CONSUME(t.Let);
    this.CONSUME(t.Name);
    this.CONSUME(t.Equal);
    this.CONSUME2(t.Name);
    this.CONSUME(t.Path);
    this.OPTION(() => this.SUBRULE(this.requestParts));
  });

  /** RequestParts : "{" (RequestPart ("," RequestPart?)*)? "}" */
  private readonly requestParts = this.RULE("requestParts", () => {
    this.CONSUME(t.OpenBrace);
    this.OPTION(() => {
      this.SUBRULE(this.requestPart);
      this.MANY(() => {
        this.CONSUME(t.Comma);
        this.OPTION2(() => this.SUBRULE2(this.requestPart));
      });
    });
    this.CONSUME(t.CloseBrace);
  });

  /** RequestPart : "body" JsonValue | "form" JsonObject | Subject (Values | Value | "missing") */
  private readonly requestPart = this.RULE("requestPart", () => {
    this.OR([
      {
        IGNORE_AMBIGUITIES: true,
        ALT: () => {
          this.CONSUME(t.Body);
          this.SUBRULE(this.jsonValue);
        },
      },
      {
        IGNORE_AMBIGUITIES: true,
        ALT: () => {
          this.CONSUME(t.Form);
          this.SUBRULE(this.jsonObject);
        },
      },
      {
        ALT: () => {
          this.SUBRULE(this.subject);
          this.OR2([
            { ALT: () => this.SUBRULE(this.values) },
            { ALT: () => this.SUBRULE(this.value) },
            { ALT: () => this.CONSUME(t.Missing) },
          ]);
        },
      },
    ]);
  });

  /** Case : "case" Text "{" Statement* "}" */
  private readonly case = this.RULE("case", () => {
    this.CONSUME(t.CaseWord);
    this.CONSUME(t.Text);
    this.CONSUME(t.OpenBrace);
    this.MANY(() => this.SUBRULE(this.statement));
    this.CONSUME(t.CloseBrace);
  });

  /** Statement : Send | Expect | "explain" "contains" Text | "after" Duration | "at" DateTime | ("rollout" | "holdout") Percent | "usual" Name Value */
  private readonly statement = this.RULE("statement", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.send) },
      { ALT: () => this.SUBRULE(this.expect) },
      {
        ALT: () => {
          this.CONSUME(t.Explain);
          this.CONSUME(t.Contains);
          this.CONSUME(t.Text);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.After);
          this.CONSUME(t.Duration);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.At);
          this.CONSUME(t.DateTime);
        },
      },
      {
        ALT: () => {
          this.choose(t.Rollout, t.Holdout);
          this.CONSUME(t.Percent);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Usual);
          this.CONSUME(t.Name);
          this.SUBRULE(this.value);
        },
      },
    ]);
  });

  /** Send : "send" Name SendOption* */
  private readonly send = this.RULE("send", () => {
    this.CONSUME(t.Send);
    this.CONSUME(t.Name);
    this.MANY(() => this.SUBRULE(this.sendOption));
  });

  /** SendOption : "varying" Subject ("from" (Values | Name))? | "times" Int | "every" Duration | "with" RequestParts | "answering" Answer | "latency" Duration */
  private readonly sendOption = this.RULE("sendOption", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Varying);
          this.SUBRULE(this.subject);
          this.OPTION(() => {
            this.CONSUME(t.From);
            this.OR2([{ ALT: () => this.SUBRULE(this.values) }, { ALT: () => this.CONSUME(t.Name) }]);
          });
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Times);
          this.CONSUME(t.Int);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Every);
          this.CONSUME(t.Duration);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.With);
          this.SUBRULE(this.requestParts);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Answering);
          this.SUBRULE(this.answer);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Latency);
          this.CONSUME2(t.Duration);
        },
      },
    ]);
  });

  /** Answer : "status" Int | ResponseBody | Name */
  private readonly answer = this.RULE("answer", () => {
    this.OR([
      {
        IGNORE_AMBIGUITIES: true,
        ALT: () => {
          this.CONSUME(t.Status);
          this.CONSUME(t.Int);
        },
      },
      { ALT: () => this.SUBRULE(this.responseBody) },
      { ALT: () => this.CONSUME(t.Name) },
    ]);
  });

  /** Expect : "expect" ("all" | "any" | "none")? Expectation ("by" Name)? */
  private readonly expect = this.RULE("expect", () => {
    this.CONSUME(t.Expect);
    this.OPTION(() => this.choose(t.All, t.Any, t.None));
    this.SUBRULE(this.expectation);
    this.OPTION2(() => {
      this.CONSUME(t.By);
      this.CONSUME(t.Name);
    });
  });

  /** Expectation : "allow" | "deceive" | "ratelimit" | "tarpit" | "hold" | "block" Int? | "status" Int | ("response" | "label" | "webhook" | "alert" | "withheld") Name | "mark" Text? */
  private readonly expectation = this.RULE("expectation", () => {
    this.OR([
      { ALT: () => this.choose(t.Allow, t.Deceive, t.Ratelimit, t.Tarpit, t.Hold) },
      {
        ALT: () => {
          this.CONSUME(t.Block);
          this.OPTION(() => this.CONSUME(t.Int));
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Status);
          this.CONSUME2(t.Int);
        },
      },
      {
        ALT: () => {
          this.chooseAgain(t.Response, t.Label, t.Webhook, t.Alert, t.Withheld);
          this.CONSUME(t.Name);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Mark);
          this.OPTION2(() => this.CONSUME(t.Text));
        },
      },
    ]);
  });
}
