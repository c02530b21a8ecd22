//! The orders in memory: their wire form, their history, and how many are kept.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use serde::Serialize;
use serde_json::Number;
use tokio::sync::watch;
use uuid::Uuid;

use crate::{catalogue::Codes, lifecycle::State, magic::Manner};

/// As many orders are kept; beyond them the oldest finished one goes.
const MOST_ORDERS: usize = 1_000;

#[derive(Clone, Serialize)]
pub struct Order {
    #[serde(skip)]
    pub state: State,
    pub order_id: Uuid,
    pub created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_requested_at: Option<String>,
    pub order_state: &'static str,
    pub payment_state: &'static str,
    pub payment_id: Uuid,
    pub payment_via: &'static str,
    pub payment_method: &'static str,
    pub payment_method_protocol: &'static str,
    pub coin: &'static str,
    pub network: &'static str,
    pub coin_amount: String,
    pub original_price: String,
    pub sent_coin_amount: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_value: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wallet_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qr_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qr_url: Option<String>,
    pub is_payment_processor_external: bool,
    pub user: User,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund_wallet_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund: Option<Refund>,
    pub deliveries: Vec<OrderDelivery>,
}

#[derive(Clone, Serialize)]
pub struct User {
    pub email: String,
}

#[derive(Clone, Serialize)]
pub struct Refund {
    pub amount: String,
    pub currency: &'static str,
    pub reason: &'static str,
}

#[derive(Clone, Serialize)]
pub struct OrderDelivery {
    /// What this delivery hands over; none for a top-up.
    #[serde(skip)]
    pub codes: Option<Codes>,
    pub id: Uuid,
    pub delivery_state: &'static str,
    pub kind: &'static str,
    pub deliverable: Deliverable,
}

#[derive(Clone, Serialize)]
pub struct Deliverable {
    pub denomination: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub localized_denomination: Option<String>,
    pub family: &'static str,
    pub brand_name: &'static str,
    pub beneficiary_account: String,
    pub country_code: String,
    pub delivery_type: &'static str,
    pub points: String,
    pub coin_amount: String,
    pub currency_code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_value: Option<Number>,
    #[serde(flatten)]
    pub handed_over: HandedOver,
}

/// What appears only when the order is done.
#[derive(Clone, Default, Serialize)]
pub struct HandedOver {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pin_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pin_serial: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub barcode_image_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redeem_instructions: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator_reference: Option<String>,
}

/// The time as the API writes it: whole seconds, as text.
pub fn now() -> String {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs()).to_string()
}

/// One order with all it has been, so that a stream misses no step however slow its reader is.
pub struct LiveOrder {
    pub id: Uuid,
    pub manner: Manner,
    /// Counts the orders; a stream's form follows from it.
    pub number: usize,
    history: watch::Sender<Vec<Arc<Order>>>,
    dropped: AtomicBool,
}

impl LiveOrder {
    pub fn new(order: Order, manner: Manner, number: usize) -> Self {
        let (id, history) = (order.order_id, watch::Sender::new(vec![Arc::new(order)]));
        Self { id, manner, number, history, dropped: AtomicBool::new(false) }
    }

    pub fn latest(&self) -> Option<Arc<Order>> {
        self.history.borrow().last().cloned()
    }

    pub fn history(&self) -> watch::Receiver<Vec<Arc<Order>>> {
        self.history.subscribe()
    }

    pub fn advance(&self, change: impl FnOnce(&Order) -> Order) {
        self.history.send_modify(|history| {
            if let Some(next) = history.last().map(|last| Arc::new(change(last))) {
                history.push(next);
            }
        });
    }

    fn is_finished(&self) -> bool {
        self.latest().is_none_or(|order| order.state.is_final())
    }

    /// Whether this is the one time the order's stream is cut.
    pub fn is_to_drop(&self) -> bool {
        self.manner == Manner::DropOnce && !self.dropped.swap(true, Ordering::Relaxed)
    }
}

#[derive(Default)]
pub struct Orders {
    shelf: Mutex<Shelf>,
}

#[derive(Default)]
struct Shelf {
    count: usize,
    orders: VecDeque<Arc<LiveOrder>>,
}

impl Orders {
    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a new order; `None` when there is no room and no finished order to let go.
    pub fn add(&self, order: Order, manner: Manner) -> Option<Arc<LiveOrder>> {
        let mut shelf = self.shelf();
        if shelf.orders.len() >= MOST_ORDERS {
            let oldest = shelf.orders.iter().position(|order| order.is_finished())?;
            shelf.orders.remove(oldest);
        }
        let order = Arc::new(LiveOrder::new(order, manner, shelf.count));
        shelf.count += 1;
        shelf.orders.push_back(order.clone());
        Some(order)
    }

    /// An order by the id in a path; text that is no UUID belongs to no order.
    pub fn find(&self, id: &str) -> Option<Arc<LiveOrder>> {
        let id = Uuid::try_parse(id).ok()?;
        self.shelf().orders.iter().rev().find(|order| order.id == id).cloned()
    }
}
