// What a reader of the message can mend: a chapter that names what is not there, a formula that cannot be set.

export class SiteError extends Error {
  override readonly name = "SiteError";
}
