//! An order's life: its states, what each changes in the order, and the script of every scenario.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    app::Shared,
    decimal::Decimal,
    magic::{Magic, Scenario},
    orders::{LiveOrder, NotWritten, Order, Refund, now},
    store, wallet,
};

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub enum State {
    #[default]
    Created,
    WaitingForPayment,
    PaymentStarted,
    PartialPaymentStarted,
    PaymentReceived,
    WaitingForDelivery,
    WaitingForManualAction,
    Done,
    /// All items but the last are delivered.
    PartlyDelivered,
    /// As above, and staff have to look at the last one.
    PartlyManual,
    Expired,
    PaymentFailed,
    PaymentSetupFailed,
    Refunded,
    /// All items but the last are delivered, and the last is refunded.
    PartlyRefunded,
    Canceled,
    /// A name nobody has heard of.
    Unheard,
}

/// The states that the control can put an order into.
pub const BY_HAND: &[State] = &[
    State::Created,
    State::WaitingForPayment,
    State::PaymentStarted,
    State::PartialPaymentStarted,
    State::PaymentReceived,
    State::WaitingForDelivery,
    State::WaitingForManualAction,
    State::Done,
    State::Expired,
    State::PaymentFailed,
    State::PaymentSetupFailed,
    State::Refunded,
    State::Canceled,
];

impl State {
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "Created",
            Self::WaitingForPayment => "WaitingForPayment",
            Self::PaymentStarted => "PaymentStarted",
            Self::PartialPaymentStarted => "PartialPaymentStarted",
            Self::PaymentReceived => "PaymentReceived",
            Self::WaitingForDelivery | Self::PartlyDelivered => "WaitingForDelivery",
            Self::WaitingForManualAction | Self::PartlyManual => "WaitingForManualAction",
            Self::Done => "Done",
            Self::Expired => "Expired",
            Self::PaymentFailed => "PaymentFailed",
            Self::PaymentSetupFailed => "PaymentSetupFailed",
            Self::Refunded | Self::PartlyRefunded => "Refunded",
            Self::Canceled => "Canceled",
            Self::Unheard => "AwaitingCarrierPigeon",
        }
    }

    pub fn is_final(self) -> bool {
        matches!(
            self,
            Self::Done
                | Self::Expired
                | Self::PaymentFailed
                | Self::PaymentSetupFailed
                | Self::Refunded
                | Self::PartlyRefunded
                | Self::Canceled
        )
    }

    fn payment(self) -> &'static str {
        match self {
            Self::Created | Self::WaitingForPayment | Self::PaymentSetupFailed | Self::Canceled => {
                "WalletCreated"
            }
            Self::PaymentStarted | Self::PartialPaymentStarted | Self::PaymentFailed => "PaymentRequested",
            Self::PaymentReceived
            | Self::WaitingForDelivery
            | Self::WaitingForManualAction
            | Self::PartlyDelivered
            | Self::PartlyManual
            | Self::PartlyRefunded
            | Self::Unheard
            | Self::Refunded => "PaymentReceived",
            Self::Done => "PaymentCompleted",
            Self::Expired => "Expired",
        }
    }

    /// The state of a delivery, which may differ for the last.
    fn delivery(self, last: bool) -> &'static str {
        match self {
            Self::Done => "Done",
            Self::PartlyDelivered | Self::PartlyManual | Self::PartlyRefunded if !last => "Done",
            Self::PartlyRefunded => "Refunded",
            Self::WaitingForDelivery
            | Self::WaitingForManualAction
            | Self::PartlyDelivered
            | Self::PartlyManual => "WaitingForDelivery",
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

/// A state, and after how many seconds at speed 1 it follows the one before.
pub type Step = (u32, State);

/// From the money to the goods.
const DELIVERY: [Step; 2] = [(2, State::WaitingForDelivery), (4, State::Done)];

/// What follows the first state.
pub fn script(scenario: Scenario) -> Vec<Step> {
    let paid = [(6, State::PaymentStarted), (3, State::PaymentReceived)];
    let join = |parts: &[&[Step]]| parts.concat();
    match scenario {
        Scenario::Delivered | Scenario::Overpaid => join(&[&paid, &DELIVERY]),
        Scenario::Held => Vec::new(),
        Scenario::Skipping => vec![(6, State::WaitingForDelivery), (2, State::Done)],
        Scenario::Expired => vec![(WINDOW, State::Expired)],
        Scenario::Late => join(&[&[(WINDOW, State::Expired), (60, State::PaymentReceived)], &DELIVERY]),
        Scenario::LateThenRefunded => vec![
            (WINDOW, State::Expired),
            (60, State::PaymentReceived),
            (2, State::WaitingForManualAction),
            (6, State::Refunded),
        ],
        Scenario::PaymentFailed => vec![(6, State::PaymentStarted), (3, State::PaymentFailed)],
        Scenario::SetupFailed => vec![(1, State::PaymentSetupFailed)],
        Scenario::Underpaid => {
            join(&[&[(6, State::PartialPaymentStarted), (6, State::PaymentReceived)], &DELIVERY])
        }
        Scenario::UnderpaidThenExpired => {
            vec![(6, State::PartialPaymentStarted), (WINDOW, State::Expired)]
        }
        Scenario::ManualThenDone => join(&[&paid, &[(2, State::WaitingForManualAction), (6, State::Done)]]),
        Scenario::ManualThenRefunded => {
            join(&[&paid, &[(2, State::WaitingForManualAction), (6, State::Refunded)]])
        }
        Scenario::PartlyDelivered => join(&[
            &paid,
            &[
                (2, State::WaitingForDelivery),
                (2, State::PartlyDelivered),
                (2, State::PartlyManual),
                (6, State::Done),
            ],
        ]),
        Scenario::PartlyRefunded => join(&[
            &paid,
            &[
                (2, State::WaitingForDelivery),
                (2, State::PartlyDelivered),
                (2, State::PartlyManual),
                (6, State::PartlyRefunded),
            ],
        ]),
        Scenario::Canceled => vec![(6, State::Canceled)],
        Scenario::Unheard => join(&[&paid, &[(2, State::Unheard)], &DELIVERY]),
    }
}

/// Takes an order through a plan, to its end. `waited` is how much of the first step's time is already over.
pub async fn live(sandbox: Shared, order: Arc<LiveOrder>, plan: Vec<Step>, waited: Duration) {
    let mut waited = waited;
    let mut rest = plan.as_slice();
    while let Some(((seconds, state), after)) = rest.split_first() {
        tokio::time::sleep(sandbox.lasting(*seconds).saturating_sub(waited)).await;
        waited = Duration::ZERO;
        rest = after;
        let step = order.advance(&sandbox.store, rest, |last| enter(&sandbox, last, *state));
        if step.await.is_err() {
            return;
        }
    }
}

/// Goes on with what was under way when the sandbox stopped.
pub fn resume(sandbox: &Shared, records: Vec<store::Record>) {
    let orders = sandbox.orders.restore(&records);
    for (order, record) in orders.into_iter().zip(records) {
        let waited = Duration::from_millis(store::now().saturating_sub(record.at));
        order.drive(live(sandbox.clone(), order.clone(), record.plan, waited));
    }
}

/// Puts an order into a state by hand, where it stays.
pub async fn put(sandbox: &Shared, order: &Arc<LiveOrder>, state: State) -> Result<(), NotWritten> {
    order.halt();
    order.advance(&sandbox.store, &[], |last| enter(sandbox, last, state)).await
}

/// Pays an amount by hand. With all that is due the order goes on to its delivery, with less it waits for the rest.
pub async fn pay(
    sandbox: &Shared,
    order: &Arc<LiveOrder>,
    amount: Option<Decimal>,
) -> Result<(), NotWritten> {
    order.halt();
    let mut plan = Vec::new();
    order
        .advance(&sandbox.store, &[], |last| {
            let due = Decimal::parse(&last.coin_amount).unwrap_or_default();
            let sent = Decimal::parse(&last.sent_coin_amount).unwrap_or_default();
            let total = amount.map_or(due, |amount| sent.plus(amount));
            let state = if total < due { State::PartialPaymentStarted } else { State::PaymentStarted };
            let mut order = enter(sandbox, last, state);
            let places = last.coin_amount.split_once('.').map_or(0, |(_, fraction)| fraction.len());
            order.sent_coin_amount = total.fixed(places);
            if state == State::PaymentStarted {
                plan = [&[(3, State::PaymentReceived)][..], &DELIVERY].concat();
            }
            order
        })
        .await?;
    order.drive(live(sandbox.clone(), order.clone(), plan, Duration::ZERO));
    Ok(())
}

/// The order as it is once it has come to a state.
pub fn enter(sandbox: &Shared, last: &Order, state: State) -> Order {
    let mut order = last.clone();
    order.state = state;
    order.order_state = state.name().into();
    order.payment_state = state.payment().into();
    order.updated_at = Some(now());
    match state {
        State::PartialPaymentStarted => order.sent_coin_amount = wallet::part(&order.coin_amount),
        State::PaymentStarted | State::PaymentReceived => pay_in_full(&mut order),
        State::Refunded => order.refund = Some(refund(&order, order.coin_amount.clone())),
        State::PartlyRefunded => {
            let amount = order.deliveries.last().map(|delivery| delivery.deliverable.coin_amount.clone());
            order.refund = Some(refund(&order, amount.unwrap_or_default()));
        }
        _ => {}
    }
    let count = order.deliveries.len();
    for (index, delivery) in order.deliveries.iter_mut().enumerate() {
        delivery.delivery_state = state.delivery(index + 1 == count).into();
        if delivery.delivery_state == "Done" && !delivery.is_handed_over {
            delivery.is_handed_over = true;
            wallet::hand_over(sandbox, delivery);
        }
    }
    order
}

/// Unless more was paid by hand.
fn pay_in_full(order: &mut Order) {
    let due = Decimal::parse(&order.coin_amount).unwrap_or_default();
    let sent = Decimal::parse(&order.sent_coin_amount).unwrap_or_default();
    if sent < due {
        let over = Magic::of(&order.user.email).scenario == Scenario::Overpaid;
        order.sent_coin_amount =
            if over { wallet::more(&order.coin_amount) } else { order.coin_amount.clone() };
    }
}

fn refund(order: &Order, amount: String) -> Refund {
    Refund { amount, currency: order.coin.clone(), reason: "The supplier could not deliver".into() }
}
