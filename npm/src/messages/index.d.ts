/** A language's texts. Write your own in the same shape, or start from one: `{ ...en, problems: { ...en.problems, OUT_OF_STOCK: '…' } }`. */
export interface Messages {
  /** BCP 47 tag. */
  tag: string;
  /** By problem code: a text, or a function of the problem's params. */
  problems: Record<string, string | ((params: MessageParams) => string)>;
  /** For a problem code without a text. */
  problem: (code: string) => string;
  /** By stage of an order; `unknown` is also the text of a stage without one. */
  stages: Record<string, string> & { unknown: string };
  /** By the reason a watch ended; `closed` is also the text of a reason without one. */
  ends: Record<string, string> & { closed: string };
  /** By issue code: a text, or a function of the issue. `INVOICE` stands for every `INVOICE_…`. */
  issues: Record<string, string | ((issue: MessageIssue) => string)>;
  /** For an issue with neither a text nor a message. */
  issue: (code: string) => string;
  /** By the code of a `CheckoutError`; `INTERNAL` is also the text of a code without one. */
  errors: Record<string, string> & { INTERNAL: string };
}

/** What of a problem's params a text can use; all absent where the answer did not say. */
export interface MessageParams {
  /** Ways of paying that are allowed. */
  vias?: string[] | undefined;
  /** Pairs of coin and network that are supported. */
  combinations?: { network: string; coin: string }[] | undefined;
  /** Seconds to wait before trying again. */
  retryAfterSeconds?: number | undefined;
}

/** What of an issue a text can use. */
export interface MessageIssue {
  code: string;
  message?: string | undefined;
}

/** The texts in English. */
export const en: Messages;
/** The texts in Japanese. */
export const ja: Messages;

/** What a problem means for the shopper, and what helps. Plain text: set it as text, not as HTML. */
export function problemText(problem: { code: string; params?: object | undefined }, lang: Messages): string;
/** What a stage of an order (`orderStage(order)`) means for the shopper. */
export function stageText(stage: string, lang: Messages): string;
/** Why an order's updates have ended. */
export function endText(reason: string, lang: Messages): string;
/** What is wrong with a form field. A code without a text gives the issue's own message, which is English. */
export function issueText(issue: MessageIssue, lang: Messages): string;
/** What a `CheckoutError` means for the shopper: its first problem's or issue's text where it has one. */
export function errorText(
  error: {
    code: string;
    problems?: readonly { code: string; params?: object | undefined }[] | undefined;
    issues?: readonly MessageIssue[] | undefined;
  },
  lang: Messages,
): string;
