//! What the checkers and the draft's form say of one field: every code, for the documentation and the types.

/// Code and meaning.
pub const ISSUES: &[(&str, &str)] = &[
    ("REQUIRED", "The field is missing or empty."),
    ("TYPE", "Text where a number belongs, a list where an object belongs, and so on."),
    ("FORMAT", "The right kind of value in the wrong form."),
    ("UNSUPPORTED", "Not one of the values there are, such as a country the API does not sell in."),
    ("TOO_MANY", "More than an order takes (10 items, quantities counted)."),
    ("TOO_FEW", "No item at all."),
    ("OUT_OF_RANGE", "An amount below the product's minimum or above its maximum."),
    ("STEP", "An amount between two of the product's steps."),
    ("EMAIL", "Not an e-mail address."),
    ("PHONE_NOT_E164", "Not a phone number in international form, such as +14155550132."),
    ("PHONE_UNKNOWN_CALLING_CODE", "No country has this calling code."),
    ("PHONE_WRONG_COUNTRY", "A number of another country than the product's."),
    ("PHONE_TRUNK_ZERO", "After the calling code comes a 0 that is dialled only inside the country."),
    ("PHONE_WRONG_START", "No number of the country begins like this."),
    ("PHONE_WRONG_LENGTH", "Too few or too many digits for its country."),
    ("PROBLEMS", "An order that names problems too: nobody can tell whether to pay it."),
    ("NOT_PAYABLE", "An order that does not wait for a payment, or no longer. Do not offer it for payment."),
    ("OTHER_ORDER", "An answer about another order than the one asked for."),
    ("NOT_JSON", "An answer that is not JSON."),
    ("TOO_LARGE", "An answer over the size limit."),
    ("TOO_DEEP", "An answer nested more than 64 levels deep."),
];

/// How the codes of a Lightning invoice begin, of which there are more than anybody tells apart.
pub const INVOICE: &str = "INVOICE_";
