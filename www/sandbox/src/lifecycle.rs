//! An order's life: its states, what each changes in the order, and the script of every scenario.

use std::sync::Arc;

use crate::{
    app::Shared,
    magic::Scenario,
    orders::{LiveOrder, Order, Refund, now},
    wallet,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Created,
    WaitingForPayment,
    PaymentStarted,
    PartialPaymentStarted,
    PaymentReceived,
    WaitingForDelivery,
    WaitingForManualAction,
    Done,
    Expired,
    PaymentFailed,
    PaymentSetupFailed,
    Refunded,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "Created",
            Self::WaitingForPayment => "WaitingForPayment",
            Self::PaymentStarted => "PaymentStarted",
            Self::PartialPaymentStarted => "PartialPaymentStarted",
            Self::PaymentReceived => "PaymentReceived",
            Self::WaitingForDelivery => "WaitingForDelivery",
            Self::WaitingForManualAction => "WaitingForManualAction",
            Self::Done => "Done",
            Self::Expired => "Expired",
            Self::PaymentFailed => "PaymentFailed",
            Self::PaymentSetupFailed => "PaymentSetupFailed",
            Self::Refunded => "Refunded",
        }
    }

    pub fn is_final(self) -> bool {
        matches!(
            self,
            Self::Done | Self::Expired | Self::PaymentFailed | Self::PaymentSetupFailed | Self::Refunded
        )
    }

    fn payment(self) -> &'static str {
        match self {
            Self::Created | Self::WaitingForPayment | Self::PaymentSetupFailed => "WalletCreated",
            Self::PaymentStarted | Self::PartialPaymentStarted | Self::PaymentFailed => "PaymentRequested",
            Self::PaymentReceived
            | Self::WaitingForDelivery
            | Self::WaitingForManualAction
            | Self::Refunded => "PaymentReceived",
            Self::Done => "PaymentCompleted",
            Self::Expired => "Expired",
        }
    }

    fn delivery(self) -> &'static str {
        match self {
            Self::Done => "Done",
            Self::WaitingForDelivery | Self::WaitingForManualAction => "WaitingForDelivery",
            _ => "WaitingForPayment",
        }
    }
}

/// The payment window at speed 1, in seconds.
const WINDOW: u32 = 30 * 60;

/// The state an order is created in.
pub fn first(scenario: Scenario) -> State {
    if scenario == Scenario::SetupFailed { State::Created } else { State::WaitingForPayment }
}

/// What follows, each after so many seconds at speed 1.
fn script(scenario: Scenario) -> &'static [(u32, State)] {
    match scenario {
        Scenario::Delivered => &[
            (6, State::PaymentStarted),
            (3, State::PaymentReceived),
            (2, State::WaitingForDelivery),
            (4, State::Done),
        ],
        Scenario::Expired => &[(WINDOW, State::Expired)],
        Scenario::PaymentFailed => &[(6, State::PaymentStarted), (3, State::PaymentFailed)],
        Scenario::SetupFailed => &[(1, State::PaymentSetupFailed)],
        Scenario::Underpaid => &[
            (6, State::PartialPaymentStarted),
            (6, State::PaymentReceived),
            (2, State::WaitingForDelivery),
            (4, State::Done),
        ],
        Scenario::ManualThenDone => &[
            (6, State::PaymentStarted),
            (3, State::PaymentReceived),
            (2, State::WaitingForManualAction),
            (6, State::Done),
        ],
        Scenario::ManualThenRefunded => &[
            (6, State::PaymentStarted),
            (3, State::PaymentReceived),
            (2, State::WaitingForManualAction),
            (6, State::Refunded),
        ],
    }
}

/// Takes an order through its script, to the end.
pub async fn live(sandbox: Shared, order: Arc<LiveOrder>, scenario: Scenario) {
    for (seconds, state) in script(scenario) {
        tokio::time::sleep(sandbox.lasting(*seconds)).await;
        order.advance(|last| enter(&sandbox, last, *state));
    }
}

/// The order as it is once it has come to a state.
pub fn enter(sandbox: &Shared, last: &Order, state: State) -> Order {
    let mut order = last.clone();
    order.state = state;
    order.order_state = state.name();
    order.payment_state = state.payment();
    order.updated_at = Some(now());
    match state {
        State::PartialPaymentStarted => order.sent_coin_amount = wallet::part(&order.coin_amount),
        State::PaymentStarted | State::PaymentReceived => order.sent_coin_amount = order.coin_amount.clone(),
        State::Refunded => {
            order.refund = Some(Refund {
                amount: order.coin_amount.clone(),
                currency: order.coin,
                reason: "The supplier could not deliver",
            });
        }
        _ => {}
    }
    for delivery in &mut order.deliveries {
        delivery.delivery_state = state.delivery();
        if state == State::Done {
            wallet::hand_over(sandbox, delivery);
        }
    }
    order
}
