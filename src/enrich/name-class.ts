/**
 * Guesses a network's class from the registered name of its AS. Precision goes before recall: a name that
 * says two things ("telecom" and "hosting") is taken for the side with people in it, or for nothing.
 */

import type { NetworkClass } from "../describe/fact-sources.ts";

const education =
  /\b(universi\w+|univ|college|schools?|escuela|schule|hochschule|fachhochschule|academ\w+|polytech\w*|politech\w*|politecnico|institute? of technology|education\w*|campus|research and education|jisc|renater|garr|cenic|internet2|heanet|switch foundation|deutschen forschungsnetzes)\b/;

const business =
  /\b(bank|banks|bankas|banco|banca|banque|sparkasse|swedbank|insurance|assurance|versicherung|hospitals?|clinic|healthcare|health system|medical cent(er|re)|ministry|ministerio|ministere|government|department of|dept of|county|city of|state of|town of|municipal\w*|police|army|airlines|airways|airport|railways?|pharma\w*|library|museum|motors?|steel|university hospital|federal reserve|stock exchange)\b/;

const mobile =
  /\b(t-mobile|china mobile|mobile (communications?|telecommunications?|telesystems|networks?|limited|ltd|business group|services)|mobilcom|cellular|celular|movil|moviles|movistar|turkcell|megafon|kyivstar|vodacom|safaricom|telcel|telekomunikasi selular|celcom|maxis mobile|smartone)\b/;

// A generic "VPN" names corporate networks too ("VPN de Mexico"), so the product form is asked for.
const vpn =
  /\b(nord|express|proton|pure|surf|mullvad|bullet proof|unlimited|free|castle|hide ?my|torguard|strong)\W?vpn\b|\bvpn (ab|limited|ltd|inc|services?)\b|\b(windscribe|mullvad|surfshark|ipvanish|cyberghost|torservers)\b/;

const cdn = /\b(cdn\w*|\w+cdn|content delivery network)\b/;

// Words of somebody who sells access to people. Each one alone outweighs a word of hosting.
const access =
  /\b(tele[ck]om\w*|telco|telecable|telephone|telefon\w*|broadband|broadcasting|cable\w*|catv|fib(er|re|ra)\w*|wireless|wisp|wi-?fi|isp|provedore?s?|banda larga|internet (service )?provider|comunica\w+|communications?|satellite|hotspot|access|internet acesso|kabel\w*|ftth)\b/;

// Brands of access providers that carry no such word.
const accessBrand =
  /\b(verizon|at&t|comcast|charter|centurylink|lumen|windstream|vodafone|orange (s\.a|espagne|polska|belgium|romania|egypt)|telia|telenor|telefonica|swisscom|kpn|proximus|telstra|optus|rogers|telus|ziggo|virgin media|talktalk|fastweb|iliad|rostelecom|vimpelcom|beeline|etisalat|airtel|bharat sanchar|kddi|softbank|chinanet|china unicom|hathway|claro|viettel)\b/;

// Weaker words: with a word of hosting beside them the name says nothing.
const accessHint = /\b(internet|networks?|net|network technolog\w+|line|link|online|connect\w*)\b/;

const hostingStrong =
  /\b(web ?hosting|hosting|\w{3,}hosting|webhosts?|hospedagem|hebergement|vps|vds|vps\w+|\w+vps|(dedicated|virtual|private|game|root|rental|cherry|fast|cloud|uk) servers?|colo|colocation|co-location|data ?cent(er|re)s?|datacentro|hosters?|hostinger|hostroyale|bare ?metal|cloud computing|cloud hosting)\b/;

const hostingWeak = /\b(servers?|\w{3,}servers?|host|\w{3,}host|\w{2,}cloud|cloud)\b/;

// Words that only look like hosting: places ("St. Cloud"), animals, and exchanges' route servers.
const hostingFalse =
  /\b(ghost\w*|st\.? cloud|saint cloud|route servers?|red cloud|mc ?cloud|hostel\w*|observer|shadowserver|national data cent(er|re)|big data cent(er|re))\b/;

/** The class that a network's name states; undefined where the name does not say it plainly. */
export function classOfName(name: string): NetworkClass | undefined {
  const text = name
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "");
  if (education.test(text)) return "education";
  if (business.test(text)) return "business";
  if (vpn.test(text)) return "vpn";
  if (mobile.test(text)) return "mobile";
  if (access.test(text) || accessBrand.test(text)) return "isp";
  if (isHosting(text)) return "hosting";
  if (cdn.test(text)) return "cdn";
  return /\binternet\b/.test(text) && !hostingWeak.test(text) && !hostingStrong.test(text)
    ? "isp"
    : undefined;
}

function isHosting(text: string): boolean {
  if (hostingFalse.test(text)) return false;
  if (hostingStrong.test(text)) return true;
  return hostingWeak.test(text) && !accessHint.test(text);
}
