//! The states an order goes through, and what each means for the shopper.
//!
//! Source: the API reference names the usual path (`WaitingForPayment → WaitingForDelivery → Done`); the
//! other states and the aliases were observed in recorded answers or are declared by newer documentation.

/// One state of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderState {
    /// `order_state` as the API writes it.
    pub name: &'static str,
    /// What it means for the shopper; several states share a stage.
    pub stage: &'static str,
    /// Whether the order has come to its end.
    pub end: End,
}

/// How much of an end a state is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// The order goes on.
    #[default]
    Open,
    /// Over, but money that arrives late was seen to move the order on: a re-check makes sense.
    Soft,
    /// Over for good.
    Final,
}

const fn state(name: &'static str, stage: &'static str, end: End) -> OrderState {
    OrderState { name, stage, end }
}

/// The twelve states in the order of an order's life, then the aliases some answers use.
pub static STATES: [OrderState; 15] = [
    state("Created", "awaiting_payment", End::Open),
    state("WaitingForPayment", "awaiting_payment", End::Open),
    state("PaymentStarted", "confirming_payment", End::Open),
    state("PartialPaymentStarted", "underpaid", End::Open),
    state("PaymentReceived", "delivering", End::Open),
    state("WaitingForDelivery", "delivering", End::Open),
    state("WaitingForManualAction", "manual_review", End::Open),
    state("Done", "delivered", End::Final),
    state("Expired", "expired", End::Soft),
    state("PaymentFailed", "failed", End::Final),
    state("PaymentSetupFailed", "failed", End::Final),
    state("Refunded", "refunded", End::Final),
    state("Completed", "delivered", End::Final),
    state("Canceled", "canceled", End::Final),
    state("Cancelled", "canceled", End::Final),
];

/// The stage of a state that is in no table.
pub const UNKNOWN_STAGE: &str = "unknown";

/// Looks a state up by its name on the wire.
pub fn find(name: &str) -> Option<&'static OrderState> {
    STATES.iter().find(|state| state.name == name)
}

/// The stage of a state; [`UNKNOWN_STAGE`] for a state this version does not know.
pub fn stage(name: &str) -> &'static str {
    find(name).map_or(UNKNOWN_STAGE, |state| state.stage)
}

/// How much of an end a state is; a state this version does not know is no end.
pub fn end(name: &str) -> End {
    find(name).map_or(End::Open, |state| state.end)
}

/// Whether the order is over, for good or until late money moves it. An unknown state is not.
pub fn is_final(name: &str) -> bool {
    end(name) != End::Open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_path_ends_only_at_done() {
        assert_eq!(stage("WaitingForPayment"), "awaiting_payment");
        assert_eq!(stage("WaitingForDelivery"), "delivering");
        assert_eq!(stage("Done"), "delivered");
        assert!(!is_final("WaitingForPayment") && !is_final("WaitingForDelivery") && is_final("Done"));
    }

    #[test]
    fn an_unknown_state_is_data_and_not_an_end() {
        assert_eq!(stage("OnTheMoon"), UNKNOWN_STAGE);
        assert!(!is_final("OnTheMoon"));
        assert_eq!(end("Expired"), End::Soft);
    }
}
