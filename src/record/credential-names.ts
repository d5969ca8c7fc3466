/** Which names of body fields carry credentials, in the languages of large sites; hostile text, so only plain names count. */

const plainName = /^[\w.[\]-]{1,64}$/;
const secret =
  /(?:^|[._[-])(?:pass[_-]?(?:word|wd|phrase|code)?|pwd|pin|otp|kennwort|passwort|mot_?de_?passe|contrasen[aiy]a?|senha|wachtwoord)[\]\d_]*$/i;
const user =
  /(?:^|[._[-])(?:e_?mail(?:_?address)?|user(?:_?name|_?id)?|login|account|phone(?:_?number)?|msisdn|identifier|kundennummer)\]?$/i;

/** True for the name of a field that holds a password or a code. */
export function secretNameIn(name: string): boolean {
  return plainName.test(name) && secret.test(name.replace(/([a-z])([A-Z])/g, "$1_$2"));
}

/** True for the name of a field that says who signs in. */
export function isUserName(name: string): boolean {
  return plainName.test(name) && user.test(name);
}
