//! The orders in memory: their wire form, their history, and how many are kept.

use std::{
    borrow::Cow,
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};
use serde_json::Number;
use tokio::{sync::watch, task::AbortHandle};
use uuid::Uuid;

use crate::{
    catalogue::Codes,
    lifecycle::{State, Step},
    magic::Magic,
    store::{self, Record, Store},
    stream::Manner,
};

const MOST_ORDERS: usize = 10_000;

/// Text that is mostly ours, and owned where it was read from the store.
pub type Word = Cow<'static, str>;

#[derive(Clone, Deserialize, Serialize)]
pub struct Order {
    #[serde(skip)]
    pub state: State,
    pub order_id: Uuid,
    pub created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_requested_at: Option<String>,
    pub order_state: Word,
    pub payment_state: Word,
    pub payment_id: Uuid,
    pub payment_via: Word,
    pub payment_method: Word,
    pub payment_method_protocol: Word,
    pub coin: Word,
    pub network: Word,
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

#[derive(Clone, Deserialize, Serialize)]
pub struct User {
    pub email: String,
}

#[derive(Clone, Deserialize, Serialize)]
pub struct Refund {
    pub amount: String,
    pub currency: Word,
    pub reason: Word,
}

#[derive(Clone, Deserialize, Serialize)]
pub struct OrderDelivery {
    /// What this delivery hands over; none for a top-up.
    #[serde(skip)]
    pub codes: Option<Codes>,
    #[serde(skip)]
    pub is_handed_over: bool,
    pub id: Uuid,
    pub delivery_state: Word,
    pub kind: Word,
    pub deliverable: Deliverable,
}

#[derive(Clone, Deserialize, Serialize)]
pub struct Deliverable {
    pub denomination: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub localized_denomination: Option<String>,
    pub family: Word,
    pub brand_name: Word,
    pub beneficiary_account: String,
    pub country_code: String,
    pub delivery_type: Word,
    pub points: String,
    pub coin_amount: String,
    pub currency_code: Word,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_value: Option<Number>,
    #[serde(flatten)]
    pub handed_over: HandedOver,
}

/// What appears only when the order is done.
#[derive(Clone, Default, Deserialize, Serialize)]
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

/// What an order has been, each version with its number; after a restart it begins with the newest.
pub struct History {
    first: usize,
    versions: Vec<Arc<Order>>,
}

impl History {
    /// The number of the newest version.
    pub fn newest(&self) -> usize {
        self.first + self.versions.len().saturating_sub(1)
    }

    /// The versions from a number on, each with its number and the version before it.
    pub fn since(&self, number: usize) -> Vec<(usize, Arc<Order>, Option<Arc<Order>>)> {
        let skipped = number.saturating_sub(self.first);
        let before = |index: usize| index.checked_sub(1).and_then(|index| self.versions.get(index).cloned());
        let news = self.versions.iter().enumerate().skip(skipped);
        news.map(|(index, order)| (self.first + index, order.clone(), before(index))).collect()
    }
}

/// One order with all it has been, so that a stream misses no step however slow its reader is.
pub struct LiveOrder {
    pub id: Uuid,
    pub email: String,
    pub manner: Manner,
    /// Counts the orders; a stream's form follows from it.
    pub number: usize,
    history: watch::Sender<History>,
    dropped: AtomicBool,
    /// Held by whoever changes the order.
    turn: tokio::sync::Mutex<()>,
    /// Takes the order through what is to come.
    driver: Mutex<Option<AbortHandle>>,
}

impl LiveOrder {
    fn new(record: &Record) -> Self {
        let order = record.order.clone();
        Self {
            id: order.order_id,
            manner: Magic::of(&order.user.email).stream,
            email: order.user.email.clone(),
            number: record.number,
            dropped: AtomicBool::new(record.dropped),
            history: watch::Sender::new(History { first: record.version, versions: vec![Arc::new(order)] }),
            turn: tokio::sync::Mutex::default(),
            driver: Mutex::default(),
        }
    }

    pub fn latest(&self) -> Option<Arc<Order>> {
        self.history.borrow().versions.last().cloned()
    }

    pub fn history(&self) -> watch::Receiver<History> {
        self.history.subscribe()
    }

    /// Makes the next version, keeps it, and shows it to those who watch. What cannot be kept is shown to nobody.
    pub async fn advance(
        &self,
        store: &Store,
        plan: &[Step],
        change: impl FnOnce(&Order) -> Order,
    ) -> Result<(), NotWritten> {
        let _turn = self.turn.lock().await;
        let Some(last) = self.latest() else { return Ok(()) };
        let next = change(&last);
        let version = self.history.borrow().newest() + 1;
        let record = Record {
            version,
            number: self.number,
            at: store::now(),
            dropped: self.dropped.load(Ordering::Relaxed),
            plan: plan.to_vec(),
            order: next,
        };
        if !store.keep(&record).await {
            return Err(NotWritten);
        }
        let next = Arc::new(record.order);
        self.history.send_modify(|history| history.versions.push(next));
        Ok(())
    }

    /// Replaces what takes the order further.
    pub fn drive(&self, driver: impl Future<Output = ()> + Send + 'static) {
        let handle = tokio::spawn(driver).abort_handle();
        let before = self.driver.lock().unwrap_or_else(PoisonError::into_inner).replace(handle);
        if let Some(before) = before {
            before.abort();
        }
    }

    /// Leaves the order as it is.
    pub fn halt(&self) {
        if let Some(driver) = self.driver.lock().unwrap_or_else(PoisonError::into_inner).take() {
            driver.abort();
        }
    }

    fn is_finished(&self) -> bool {
        self.latest().is_none_or(|order| order.state.is_final())
    }

    /// Whether this is the one time the order's stream is cut.
    pub fn is_to_drop(&self) -> bool {
        !self.dropped.swap(true, Ordering::Relaxed)
    }
}

/// The store did not take it.
pub struct NotWritten;

/// Why a new order was not taken.
pub enum NotKept {
    /// There is no room and no finished order to let go.
    NoRoom,
    NotWritten,
}

pub struct Orders {
    room: usize,
    shelf: Mutex<Shelf>,
}

#[derive(Default)]
struct Shelf {
    count: usize,
    by_id: HashMap<Uuid, Arc<LiveOrder>>,
    by_age: VecDeque<Arc<LiveOrder>>,
}

impl Shelf {
    fn put(&mut self, order: Arc<LiveOrder>) {
        self.count = self.count.max(order.number + 1);
        self.by_id.insert(order.id, order.clone());
        self.by_age.push_back(order);
    }

    /// Takes an order off, and says where it stood.
    fn take(&mut self, is_it: impl Fn(&LiveOrder) -> bool) -> Option<(usize, Arc<LiveOrder>)> {
        let at = self.by_age.iter().position(|order| is_it(order))?;
        let order = self.by_age.remove(at)?;
        self.by_id.remove(&order.id);
        Some((at, order))
    }

    /// Puts an order back where it stood.
    fn put_back(&mut self, at: usize, order: Arc<LiveOrder>) {
        self.by_id.insert(order.id, order.clone());
        self.by_age.insert(at.min(self.by_age.len()), order);
    }
}

impl Default for Orders {
    fn default() -> Self {
        Self::with_room_for(MOST_ORDERS)
    }
}

impl Orders {
    /// As many orders are kept; beyond them the oldest finished one goes.
    pub fn with_room_for(room: usize) -> Self {
        Self { room, shelf: Mutex::default() }
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts back what the store kept.
    pub fn restore(&self, records: &[Record]) -> Vec<Arc<LiveOrder>> {
        let mut shelf = self.shelf();
        let orders: Vec<_> = records.iter().map(|record| Arc::new(LiveOrder::new(record))).collect();
        orders.iter().cloned().for_each(|order| shelf.put(order));
        orders
    }

    /// Keeps a new order; one that cannot be kept leaves no trace.
    pub async fn add(&self, store: &Store, order: Order, plan: Vec<Step>) -> Result<Arc<LiveOrder>, NotKept> {
        let (order, record, gone) = {
            let mut shelf = self.shelf();
            let mut gone = None;
            if shelf.by_age.len() >= self.room {
                gone = Some(shelf.take(LiveOrder::is_finished).ok_or(NotKept::NoRoom)?);
            }
            let number = shelf.count;
            let record = Record { version: 0, number, at: store::now(), dropped: false, plan, order };
            let order = Arc::new(LiveOrder::new(&record));
            shelf.put(order.clone());
            (order, record, gone)
        };
        // Whoever is told of an order finds it again.
        if store.keep(&record).await {
            if let Some((_, gone)) = gone {
                store.forget(gone.id).await;
            }
            return Ok(order);
        }
        let mut shelf = self.shelf();
        shelf.take(|other| other.id == order.id);
        if let Some((at, gone)) = gone {
            shelf.put_back(at, gone);
        }
        Err(NotKept::NotWritten)
    }

    /// An order by the id in a path; text that is no UUID belongs to no order.
    pub fn find(&self, id: &str) -> Option<Arc<LiveOrder>> {
        let id = Uuid::try_parse(id).ok()?;
        self.shelf().by_id.get(&id).cloned()
    }

    /// Every order, the oldest first.
    pub fn all(&self) -> Vec<Arc<LiveOrder>> {
        self.shelf().by_age.iter().cloned().collect()
    }
}
