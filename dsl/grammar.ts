// oxlint-disable max-lines -- a grammar is read as a whole
/** The grammar: one method per production, each under its production. Recovers, so that one run finds many mistakes. */
import { CstParser, type IParserErrorMessageProvider, type TokenType } from "chevrotain";
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

  /** File : Declaration* */
  readonly file = this.RULE("file", () => {
    this.MANY(() => this.SUBRULE(this.declaration));
  });

  /** Declaration : App | List | Fingerprint | Measure | Response | Policy */
  readonly declaration = this.RULE("declaration", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.app) },
      { ALT: () => this.SUBRULE(this.list) },
      { ALT: () => this.SUBRULE(this.fingerprint) },
      { ALT: () => this.SUBRULE(this.measure) },
      { ALT: () => this.SUBRULE(this.response) },
      { ALT: () => this.SUBRULE(this.policy) },
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

  /** AppClause : Tags | Hosts | Origin | Route | Identify | Outcome */
  private readonly appClause = this.RULE("appClause", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.tags) },
      { ALT: () => this.SUBRULE(this.hosts) },
      { ALT: () => this.SUBRULE(this.origin) },
      { ALT: () => this.SUBRULE(this.route) },
      { ALT: () => this.SUBRULE(this.identify) },
      { ALT: () => this.SUBRULE(this.outcome) },
    ]);
  });

  /** Tags : "tags" Name ("," Name)* */
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

  /** Origin : "origin" (Url | Text) ("," (Url | Text))* */
  private readonly origin = this.RULE("origin", () => {
    this.CONSUME(t.Origin);
    this.SUBRULE(this.originUrl);
    this.MANY(() => {
      this.CONSUME(t.Comma);
      this.SUBRULE2(this.originUrl);
    });
  });

  /** OriginUrl : Url | Text */
  private readonly originUrl = this.RULE("originUrl", () => {
    this.choose(t.Url, t.Text);
  });

  /** Route : "route" Name (Name | "*") Path ("tagged" Names)? */
  private readonly route = this.RULE("route", () => {
    this.CONSUME(t.Route);
    this.CONSUME(t.Name);
    this.SUBRULE(this.method);
    this.CONSUME(t.Path);
    this.OPTION(() => {
      this.CONSUME(t.Tagged);
      this.SUBRULE(this.names);
    });
  });

  /** Method : Name | "*" */
  private readonly method = this.RULE("method", () => {
    this.choose(t.Name, t.Star);
  });

  /** Identify : "identify" ("username" | "password" | "session") "=" Subject ("|" Subject)* */
  private readonly identify = this.RULE("identify", () => {
    this.CONSUME(t.Identify);
    this.SUBRULE(this.identity);
    this.CONSUME(t.Equal);
    this.SUBRULE(this.subject);
    this.MANY(() => {
      this.CONSUME(t.Pipe);
      this.SUBRULE2(this.subject);
    });
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

  /** OutcomeCase : OutcomeKind ResponseTest ("and" ResponseTest)* | OutcomeKind ResponseTest ("or" ResponseTest)* */
  private readonly outcomeCase = this.RULE("outcomeCase", () => {
    this.SUBRULE(this.outcomeKind);
    this.SUBRULE(this.responseTest);
    this.MANY(() => {
      this.SUBRULE(this.junction);
      this.SUBRULE2(this.responseTest);
    });
  });

  /** OutcomeKind : "success" | "failure" | "unknown_user" | "locked" */
  private readonly outcomeKind = this.RULE("outcomeKind", () => {
    this.choose(t.Success, t.Failure, t.UnknownUser, t.Locked);
  });

  /** Junction : "and" | "or" */
  private readonly junction = this.RULE("junction", () => {
    this.choose(t.And, t.Or);
  });

  /** ResponseTest : "status" Int ("," Int)* | "header" AnyWord Operator */
  private readonly responseTest = this.RULE("responseTest", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Status);
          this.CONSUME(t.Int);
          this.MANY(() => {
            this.CONSUME(t.Comma);
            this.CONSUME2(t.Int);
          });
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Header);
          this.CONSUME(t.AnyWord);
          this.SUBRULE(this.operator);
        },
      },
    ]);
  });

  /** List : "list" Name ":" Name ("=" Values | "from" Text) */
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
        },
      },
    ]);
  });

  /** Values : "[" (Value ("," Value)* ","?)? "]" */
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

  /** Measure : "measure" Name "=" ("count" | "distinct" Subject) "at" Target "by" Subject ("," Subject)* "over" Duration */
  private readonly measure = this.RULE("measure", () => {
    this.CONSUME(t.Measure);
    this.CONSUME(t.Name);
    this.CONSUME(t.Equal);
    this.SUBRULE(this.counted);
    this.CONSUME(t.At);
    this.SUBRULE(this.target);
    this.CONSUME(t.By);
    this.SUBRULE(this.subject);
    this.MANY(() => {
      this.CONSUME(t.Comma);
      this.SUBRULE2(this.subject);
    });
    this.CONSUME(t.Over);
    this.CONSUME(t.Duration);
  });

  /** Counted : "count" | "distinct" Subject */
  private readonly counted = this.RULE("counted", () => {
    this.OR([
      { ALT: () => this.CONSUME(t.Count) },
      {
        ALT: () => {
          this.CONSUME(t.Distinct);
          this.SUBRULE(this.subject);
        },
      },
    ]);
  });

  /** Target : "tagged" Name | "everything" | Name */
  private readonly target = this.RULE("target", () => {
    this.OPTION(() => this.CONSUME(t.Tagged));
    this.CONSUME(t.Name);
  });

  /** Subject : ("header" | "cookie") AnyWord | Name */
  private readonly subject = this.RULE("subject", () => {
    this.OR([
      {
        ALT: () => {
          this.choose(t.Header, t.Cookie);
          this.CONSUME(t.AnyWord);
        },
      },
      { ALT: () => this.CONSUME(t.Name) },
    ]);
  });

  /** Response : "response" Name "{" ResponseClause* "}" */
  private readonly response = this.RULE("response", () => {
    this.CONSUME(t.Response);
    this.CONSUME(t.Name);
    this.CONSUME(t.OpenBrace);
    this.MANY(() => this.SUBRULE(this.responseClause));
    this.CONSUME(t.CloseBrace);
  });

  /** ResponseClause : "status" Int | "header" Text Text | "json" JsonValue | ("body" | "html") Text */
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
          this.CONSUME(t.Text);
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
          this.choose(t.Body, t.Html);
          this.CONSUME3(t.Text);
        },
      },
    ]);
  });

  /** JsonValue : "{" (JsonPair ("," JsonPair)* ","?)? "}" | "[" (JsonValue ("," JsonValue)* ","?)? "]" | Text | Int | Decimal | "true" | "false" | "null" */
  private readonly jsonValue = this.RULE("jsonValue", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.jsonObject) },
      { ALT: () => this.SUBRULE(this.jsonArray) },
      { ALT: () => this.CONSUME(t.Text) },
      { ALT: () => this.CONSUME(t.Int) },
      { ALT: () => this.CONSUME(t.Decimal) },
      { ALT: () => this.CONSUME(t.True) },
      { ALT: () => this.CONSUME(t.False) },
      { ALT: () => this.CONSUME(t.Null) },
    ]);
  });

  /** JsonObject : "{" (JsonPair ("," JsonPair)* ","?)? "}" */
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

  /** JsonArray : "[" (JsonValue ("," JsonValue)* ","?)? "]" */
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

  /** PolicyClause : "mode" Mode | "priority" Int | "owner" Text | "reason" Text | "when" Block | "unless" Block | Effects */
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
    ]);
  });

  /** ModeName : "enforce" | "shadow" */
  private readonly modeName = this.RULE("modeName", () => {
    this.choose(t.Enforce, t.Shadow);
  });

  /** Effects : "then" "{" Effect* "}" */
  private readonly effects = this.RULE("effects", () => {
    this.CONSUME(t.Then);
    this.CONSUME(t.OpenBrace);
    this.MANY(() => this.SUBRULE(this.effect));
    this.CONSUME(t.CloseBrace);
  });

  /** Effect : "allow" "from" ("all" | Names) | "block" Int? | "deceive" Name | "label" Name */
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
      {
        ALT: () => {
          this.CONSUME(t.Label);
          this.CONSUME2(t.Name);
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
    this.MANY(() => this.SUBRULE(this.condition));
    this.CONSUME(t.CloseBrace);
  });

  /** Condition : ("all" | "any" | "none") Block | Comparison */
  private readonly condition = this.RULE("condition", () => {
    this.OR([
      {
        ALT: () => {
          this.choose(t.All, t.Any, t.None);
          this.SUBRULE(this.block);
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

  /** Operator : ("=" | "!=" | "<" | "<=" | ">" | ">=" | "contains" | "ends") Value | ("in" | "starts") (Values | Value) | "matches" Pattern | "missing" | "present" */
  private readonly operator = this.RULE("operator", () => {
    this.OR([
      {
        ALT: () => {
          this.choose(t.Equal, t.NotEqual, t.Below, t.AtMost, t.Above, t.AtLeast, t.Contains, t.Ends);
          this.SUBRULE(this.value);
        },
      },
      {
        ALT: () => {
          this.chooseAgain(t.In, t.Starts);
          this.OR3([{ ALT: () => this.SUBRULE(this.values) }, { ALT: () => this.SUBRULE2(this.value) }]);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Matches);
          this.CONSUME(t.Pattern);
        },
      },
      { ALT: () => this.CONSUME(t.Missing) },
      { ALT: () => this.CONSUME(t.Present) },
    ]);
  });
}
