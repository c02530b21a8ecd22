//! The table of problem codes: group, the field concerned, the remedy, and whether waiting helps.
//!
//! Sources: the partner API reference, "Validate order", its headings in the order it has them; the
//! vendor's later notices for the five newer codes (identity, full name, e-mail domain); and a closed
//! set of our own for answers that carry no code at all.
//!
//! The prose is for the documentation only: it is compiled out of the wasm, where texts come from
//! the `messages` entry of the npm package.

use crate::text;

/// Where the code comes from.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The API reference's list of problems.
    Reference,
    /// The API reference's HTTP-level list: a top-level `detail`, not an entry of `problems`.
    ReferenceHttp,
    /// Newer than the reference.
    Newer,
    /// Ours, for an answer without a code.
    Own,
}

/// A closed set of words, kept as one byte and written out as text.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$note:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$note])* $variant,)+ }

        impl $name {
            /// Every word of the set.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word as the package spells it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                // One text is fewer bytes than a pointer and a length for each of its words.
                text::word_at(concat!($($text, " "),+), self as usize)
            }
        }
    };
}

words! {
    /// What a code is about, by the reference's headings.
    Group {
        /// Order amount and limits.
        AmountLimits = "amount_limits",
        /// Product availability.
        ProductAvailability = "product_availability",
        /// Payment method and network.
        PaymentMethod = "payment_method",
        /// Authentication.
        Authentication = "authentication",
        /// Coupon codes.
        Coupon = "coupon",
        /// A coin or a network is paused.
        Suspension = "suspension",
        /// The shopper's identity.
        Verification = "verification",
        /// How the shopper is reached.
        Contact = "contact",
        /// The answer itself, which had no code.
        Http = "http",
        /// A code this version does not know.
        Unknown = "unknown",
    }
}

words! {
    /// What of the order draft a code concerns.
    Field {
        /// Nothing on the form.
        None = "",
        /// The products chosen.
        Items = "items",
        /// How much they come to.
        Amount = "amount",
        /// Whom a product is delivered to.
        Beneficiary = "beneficiary",
        /// The order's e-mail address.
        Email = "email",
        /// The coin.
        Coin = "payment.coin",
        /// The network.
        Network = "payment.network",
        /// The way of paying.
        Via = "payment.via",
        /// The coupon.
        Coupon = "coupon",
    }
}

words! {
    /// The one thing most likely to help.
    Remedy {
        /// Buy for more.
        RaiseAmount = "raise_amount",
        /// Buy for less.
        LowerAmount = "lower_amount",
        /// Take products out of the cart.
        RemoveItems = "remove_items",
        /// Make two orders of it.
        SplitOrder = "split_order",
        /// Choose another product or amount.
        ChooseOtherProduct = "choose_other_product",
        /// Correct the e-mail address or phone number delivered to.
        CorrectBeneficiary = "correct_beneficiary",
        /// Give another e-mail address.
        CorrectEmail = "correct_email",
        /// Pay in another coin.
        ChooseOtherCoin = "choose_other_coin",
        /// Pay over another network.
        ChooseOtherNetwork = "choose_other_network",
        /// Pay another way.
        ChooseOtherVia = "choose_other_via",
        /// Check the coupon's spelling.
        CorrectCoupon = "correct_coupon",
        /// Order without the coupon.
        RemoveCoupon = "remove_coupon",
        /// Buy while signed in with the vendor.
        SignIn = "sign_in",
        /// Prove who one is to the vendor.
        VerifyIdentity = "verify_identity",
        /// Try the same again later.
        Wait = "wait",
        /// Find out what became of the request before sending it again.
        CheckBeforeRetry = "check_before_retry",
        /// Check the address or order number asked for.
        CheckAddress = "check_address",
        /// Ask a person.
        ContactSupport = "contact_support",
    }
}

/// One code.
#[derive(Debug)]
pub struct Entry {
    /// The code, as on the wire (`THEN` included). The wasm has them in one text.
    #[cfg(not(target_arch = "wasm32"))]
    pub code: &'static str,
    /// What it is about.
    pub group: Group,
    /// What of the draft it concerns.
    pub field: Field,
    /// What helps.
    pub remedy: Remedy,
    /// The same request may succeed later.
    pub retryable: bool,
    /// Where the code comes from.
    #[cfg(not(target_arch = "wasm32"))]
    pub source: Source,
    /// What happened, in one sentence.
    #[cfg(not(target_arch = "wasm32"))]
    pub meaning: &'static str,
    /// What the shopper can do.
    #[cfg(not(target_arch = "wasm32"))]
    pub advice: &'static str,
}

const LATER: bool = true;
const NEVER: bool = false;

macro_rules! table {
    ($($source:ident { $($code:ident $group:ident $field:ident $remedy:ident $retry:ident $meaning:literal $advice:literal;)+ })+) => {
        /// Every code, in the reference's order.
        pub const TABLE: &[Entry] = &[$($(Entry {
            #[cfg(not(target_arch = "wasm32"))]
            code: stringify!($code),
            group: Group::$group,
            field: Field::$field,
            remedy: Remedy::$remedy,
            retryable: $retry,
            #[cfg(not(target_arch = "wasm32"))]
            source: Source::$source,
            #[cfg(not(target_arch = "wasm32"))]
            meaning: $meaning,
            #[cfg(not(target_arch = "wasm32"))]
            advice: $advice,
        },)+)+];

        /// Their codes.
        const CODES: &str = concat!($($(stringify!($code), " ",)+)+);
    };
}

#[rustfmt::skip]
table! {
    Reference {
        AMOUNT_LESS_THEN_MINIMUM_ALLOWED AmountLimits Amount RaiseAmount NEVER
            "The order's total is below the smallest amount that can be paid in this coin."
            "Buy for more, or pay in another coin or over another network.";
        MAXIMUM_AMOUNT_PER_ORDER_EXCEEDED AmountLimits Amount LowerAmount NEVER
            "The order's total is above the most one order may come to."
            "Buy for less, or make several orders of it.";
        DAILY_SPENDING_LIMIT_EXCEEDED AmountLimits Amount Wait LATER
            "The shopper has reached the daily spending limit of their tier."
            "Order again tomorrow, or buy for less.";
        MONTHLY_SPENDING_LIMIT_EXCEEDED AmountLimits Amount Wait LATER
            "The shopper has reached the monthly spending limit of their tier."
            "Order again next month, or buy for less.";
        PRODUCT_COUNT_EXCEEDED AmountLimits Items RemoveItems NEVER
            "The cart holds more products than one order may have (10)."
            "Take products out of the cart, or make several orders.";
        MULTIPLE_LIMITED_PRODUCT_SAME_ORDER AmountLimits Items SplitOrder NEVER
            "The order has more than one product whose sale is rate-limited."
            "Order the limited products one by one.";
        NOT_AVAILABLE_PRODUCT ProductAvailability Items ChooseOtherProduct NEVER
            "The product is no longer in the catalogue, or its denomination is not spelled as the catalogue spells it."
            "Reload the catalogue and choose again; a shop sends the catalogue's exact `denomination`.";
        OUT_OF_STOCK ProductAvailability Items ChooseOtherProduct LATER
            "The product is out of stock; also the answer to a top-up amount outside the range sold."
            "Choose another amount or brand, or come back later.";
        NOT_ACTIVE ProductAvailability Items ChooseOtherProduct LATER
            "The product is inactive or paused."
            "Choose another product, or come back later.";
        INVALID_BENEFICIARY_ACCOUNT ProductAvailability Beneficiary CorrectBeneficiary NEVER
            "The e-mail address or phone number to deliver to is not valid for this product."
            "Correct it: an e-mail address for gift cards and eSIMs, an international phone number of the product's country for top-ups.";
        NOT_ALLOWED_PAYMENT_VIA PaymentMethod Via ChooseOtherVia NEVER
            "The way of paying is not allowed for this order."
            "Pay one of the ways in `params.vias`.";
        UNSUPPORTED_PROTOCOL_COIN_COMBINATION PaymentMethod Network ChooseOtherNetwork NEVER
            "This coin cannot be paid over this network for this order; which pairs can differs from brand to brand."
            "Choose one of the pairs in `params.combinations`, or try the coin's other networks.";
        LOGIN_REQUIRED Authentication Items SignIn NEVER
            "One or more products (e-money) are sold to signed-in customers of the vendor only."
            "Choose another brand, or buy this one on the vendor's own site.";
        COUPON_REQUIRES_LOGIN Authentication Coupon RemoveCoupon NEVER
            "Only a signed-in customer of the vendor can use the coupon."
            "Order without the coupon, or use it on the vendor's own site.";
        COUPON_NOT_FOUND Coupon Coupon CorrectCoupon NEVER
            "There is no such coupon."
            "Check its spelling, or order without it.";
        COUPON_NOT_ACTIVE Coupon Coupon RemoveCoupon LATER
            "The coupon is not valid yet."
            "Wait until it is, or order without it.";
        COUPON_ALREADY_SPENT Coupon Coupon RemoveCoupon NEVER
            "This shopper has used the coupon already."
            "Order without it.";
        COUPON_MAX_USAGE_REACHED Coupon Coupon RemoveCoupon NEVER
            "The coupon has been used as often as it may be."
            "Order without it.";
        COUPON_EXPIRED Coupon Coupon RemoveCoupon NEVER
            "The coupon is past its date."
            "Order without it.";
        COUPON_BELOW_MIN_AMOUNT Coupon Coupon RaiseAmount NEVER
            "The order is too small for the coupon."
            "Buy for more, or order without it.";
        COUPON_NOT_VALID_FOR_USER Coupon Coupon RemoveCoupon NEVER
            "The coupon is not for this shopper."
            "Order without it.";
        COUPON_NOT_VALID_FOR_CATEGORY Coupon Coupon RemoveCoupon NEVER
            "The coupon is not for the categories of these products."
            "Choose products it is for, or order without it.";
        COUPON_NOT_VALID_FOR_KIND Coupon Coupon RemoveCoupon NEVER
            "The coupon is not for this kind of product."
            "Choose a kind it is for, or order without it.";
        COUPON_NOT_VALID_FOR_BRAND Coupon Coupon RemoveCoupon NEVER
            "The coupon is not for these brands."
            "Choose a brand it is for, or order without it.";
        COUPON_NOT_VALID_FOR_COUNTRY Coupon Coupon RemoveCoupon NEVER
            "The coupon is not for the order's country."
            "Order without it.";
        COUPON_NOT_VALID_FOR_STORE Coupon Coupon RemoveCoupon NEVER
            "The coupon is not for this store or region."
            "Order without it.";
    }
    ReferenceHttp {
        SUSPENDED_COIN Suspension Coin ChooseOtherCoin LATER
            "The coin is suspended for the time being."
            "Pay in another coin, or try again later.";
        SUSPENDED_NETWORK Suspension Network ChooseOtherNetwork LATER
            "The network is suspended for the time being."
            "Pay over another network, or try again later.";
    }
    Newer {
        KYC_MISSING Verification None VerifyIdentity NEVER
            "The vendor has to check the shopper's identity first: always for e-money, otherwise from a certain spending on."
            "Verify one's identity with the vendor, or choose another product.";
        KYC_PENDING Verification None Wait LATER
            "The vendor is checking the shopper's identity: mostly within 20 minutes, at times up to 48 hours."
            "Try again when the check is through.";
        VERIFICATION_REQUIRED Verification None VerifyIdentity NEVER
            "The vendor asks for further verification of the shopper."
            "Complete it in one's account with the vendor, or ask the vendor's support.";
        FULLNAME_MISSING Verification Network ChooseOtherNetwork NEVER
            "Stablecoins on Tron are taken only from shoppers whose full name the vendor knows."
            "Pay over another network.";
        INVALID_EMAIL_DOMAIN Contact Email CorrectEmail NEVER
            "Mail to the e-mail address's domain cannot be delivered, or the domain is blocked."
            "Give another e-mail address, one with a real inbox.";
    }
    Own {
        RATE_LIMITED Http None Wait LATER
            "Too many requests (429); `params.retryAfterSeconds` says how long to wait, where the answer does."
            "Wait, then try again.";
        UPSTREAM_ERROR Http None Wait LATER
            "The API, or a server on the way to it, failed or took too long (5xx, 408, 425). After a create the order may exist all the same."
            "Try again later; after a create, look for the order's e-mail first.";
        UNREADABLE_ANSWER Http None CheckBeforeRetry NEVER
            "The answer says success but cannot be read: empty, HTML, truncated, a redirect. After a create the order may exist all the same."
            "Find out what became of the order before ordering again. For the developer: does the path lead to the API?";
        NOT_FOUND Http None CheckAddress NEVER
            "There is no such order, or no such path (404, 410)."
            "Check the link or the order number.";
        NOT_AUTHORIZED Http None ContactSupport NEVER
            "The server does not let this request through (401, 403, 407)."
            "Ask the shop: its partner settings may be wrong.";
        REJECTED Http None ContactSupport NEVER
            "The request was refused without a code that says why."
            "Check what was entered, or ask the shop; the answer's own words are in `details`.";
    }
}

/// The code of each answer that carries none.
pub mod own {
    /// 429.
    pub const RATE_LIMITED: &str = "RATE_LIMITED";
    /// 5xx, 408, 425.
    pub const UPSTREAM_ERROR: &str = "UPSTREAM_ERROR";
    /// A success nobody can read.
    pub const UNREADABLE_ANSWER: &str = "UNREADABLE_ANSWER";
    /// 404, 410.
    pub const NOT_FOUND: &str = "NOT_FOUND";
    /// 401, 403, 407.
    pub const NOT_AUTHORIZED: &str = "NOT_AUTHORIZED";
    /// Any other refusal.
    pub const REJECTED: &str = "REJECTED";
}

/// A code as the table spells it, in whatever case the answer does, and its entry.
#[must_use]
pub fn find(code: &str) -> Option<(&'static str, &'static Entry)> {
    // Should the vendor ever correct the code's spelling, it is still the same problem.
    let code = if code.eq_ignore_ascii_case("AMOUNT_LESS_THAN_MINIMUM_ALLOWED") {
        "AMOUNT_LESS_THEN_MINIMUM_ALLOWED"
    } else {
        code
    };
    text::words(CODES).zip(TABLE).find(|(known, _)| known.eq_ignore_ascii_case(code))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn of(source: Source) -> usize {
        TABLE.iter().filter(|entry| entry.source == source).count()
    }

    #[test]
    fn has_the_28_codes_of_the_reference_and_the_five_newer_ones() {
        assert_eq!(of(Source::Reference), 26);
        assert_eq!(of(Source::ReferenceHttp), 2);
        assert_eq!(of(Source::Newer), 5);
        assert_eq!(of(Source::Own), 6);
    }

    #[test]
    fn no_code_appears_twice() {
        for (at, entry) in TABLE.iter().enumerate() {
            assert!(TABLE.iter().skip(at + 1).all(|other| other.code != entry.code), "{}", entry.code);
        }
    }

    #[test]
    fn every_own_code_is_in_the_table() {
        let names = [
            own::RATE_LIMITED,
            own::UPSTREAM_ERROR,
            own::UNREADABLE_ANSWER,
            own::NOT_FOUND,
            own::NOT_AUTHORIZED,
            own::REJECTED,
        ];
        assert!(names.iter().all(|code| find(code).is_some_and(|(_, e)| e.source == Source::Own)));
        assert_eq!(names.len(), of(Source::Own));
    }

    #[test]
    fn prose_is_whole_sentences_that_fit_a_line() {
        for entry in TABLE {
            for text in [entry.meaning, entry.advice] {
                assert!(text.ends_with('.') || text.ends_with('?'), "{}: {text}", entry.code);
                assert!(text.len() <= 160, "{}: {text}", entry.code);
            }
        }
    }

    #[test]
    fn finds_a_code_in_any_case_and_with_the_typo_corrected() {
        assert_eq!(find("login_required").map(|(code, _)| code), Some("LOGIN_REQUIRED"));
        assert_eq!(
            find("AMOUNT_LESS_THAN_MINIMUM_ALLOWED").map(|(_, entry)| entry.code),
            Some("AMOUNT_LESS_THEN_MINIMUM_ALLOWED")
        );
        assert!(find("PARTNER_PAUSED").is_none());
    }
}
