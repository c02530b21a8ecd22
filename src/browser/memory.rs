//! The module's memory: blocks of some sizes, and for each size a list of the free ones.
//!
//! Nothing is split or joined: what a page does again and again takes the same blocks again and again.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;
use std::ptr::null_mut;

const PAGE: usize = 65_536;
/// No type here asks for more.
const ALIGNMENT: usize = 8;
/// Four sizes from each power of two to the next.
const SIZES: usize = 128;

/// The allocator of the only thread there is.
pub(super) struct Blocks {
    /// The first free block of each size; each holds the place of the next.
    free: [Cell<*mut u8>; SIZES],
    /// What has not been a block yet, from here to there.
    fresh: Cell<usize>,
    end: Cell<usize>,
}

// SAFETY: the module is built without threads, so nobody shares it.
unsafe impl Sync for Blocks {}

impl Blocks {
    /// Nothing taken yet.
    pub(super) const fn new() -> Blocks {
        Blocks { free: [const { Cell::new(null_mut()) }; SIZES], fresh: Cell::new(0), end: Cell::new(0) }
    }

    /// The list for a size, and the size of its blocks.
    fn size(&self, of: usize) -> Option<(&Cell<*mut u8>, usize)> {
        let last = (of.max(16) - 1) | (ALIGNMENT - 1);
        let power = last.ilog2();
        let quarter = last >> (power - 2);
        let list = self.free.get((power as usize) << 2 | quarter & 3)?;
        Some((list, (quarter + 1) << (power - 2)))
    }

    /// A block from what has not been one.
    fn cut(&self, size: usize) -> Option<*mut u8> {
        if self.end.get() - self.fresh.get() < size {
            let pages = size.div_ceil(PAGE);
            let start = core::arch::wasm32::memory_grow::<0>(pages);
            if start == usize::MAX {
                return None;
            }
            if start * PAGE != self.end.get() {
                self.fresh.set(start * PAGE);
            }
            self.end.set((start + pages) * PAGE);
        }
        let block = self.fresh.get();
        self.fresh.set(block + size);
        Some(block as *mut u8)
    }
}

// SAFETY: a block is as long as its list says and of its alignment, and is in its list or in use, never both.
unsafe impl GlobalAlloc for Blocks {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some((list, size)) = self.size(layout.size()).filter(|_| layout.align() <= ALIGNMENT) else {
            return null_mut();
        };
        let first = list.get();
        if first.is_null() {
            return self.cut(size).unwrap_or(null_mut());
        }
        // SAFETY: a free block begins with the place of the next.
        list.set(unsafe { *first.cast::<*mut u8>() });
        first
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if let Some((list, _)) = self.size(layout.size()) {
            // SAFETY: the block is ours again, and the smallest has room for a place.
            unsafe { *block.cast::<*mut u8>() = list.get() };
            list.set(block);
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let room = |size| self.size(size).map(|(_, room)| room);
        if room(size) == room(layout.size()) {
            return block;
        }
        // SAFETY: the alignment was one before, and a size that is too large finds no list.
        let taken = unsafe { self.alloc(Layout::from_size_align_unchecked(size, layout.align())) };
        if !taken.is_null() {
            // SAFETY: both are blocks, and as long as the shorter of the two sizes.
            unsafe {
                block.copy_to_nonoverlapping(taken, layout.size().min(size));
                self.dealloc(block, layout);
            }
        }
        taken
    }
}
