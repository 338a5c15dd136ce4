//! Maps: the hidden classes of instances.
//!
//! All instances of a class that got the same attributes in the same order share a map: a layout registered with the heap at run
//! time, whose id is in the instance's header. "Does this look like the object I saw last?" is one 32-bit compare, to inline
//! caches and to a trace's guards alike, and under it an attribute is a load from a constant offset. Adding an attribute
//! moves an instance along a transition to another map (Chambers, Ungar and Lee, OOPSLA 1989; PyPy's `mapdict`).
//!
//! An instance keeps its size for life: attributes beyond its inline slots go to its overflow array. A class remembers how many
//! inline slots its instances turned out to need, and gives them to the next ones. Deleting an attribute, asking for the
//! `__dict__`, or more than [`ATTRIBUTE_LIMIT`] attributes turn an instance to *dictionary mode*: a map without names, whose instances
//! hold a real dict.
//!
//! Maps are green and are never freed.

use crate::objects::Instance;
use crate::symbols::Symbol;
use crate::types::{TypeRef, flags};
use heap::{DynamicLayout, FieldDescr, FieldKind, Heap, LayoutId, Mutability};
use rustc_hash::FxHashMap;
use std::cell::{OnceCell, RefCell};

/// Attributes of one instance before it turns to dictionary mode.
pub const ATTRIBUTE_LIMIT: usize = 250;
/// Most inline slots of an instance.
pub const MOST_INLINE_SLOTS: u32 = 32;
const FIRST_OVERFLOW_CAPACITY: u32 = 4;
/// Bytes of an instance before its inline slots.
pub const FIXED_BYTES: u32 = std::mem::size_of::<Instance>() as u32;

/// Where an attribute lies in the instances of a map.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    Inline(u32),
    Overflow(u32),
}

impl Place {
    /// The field of an inline slot. One descriptor per slot for all maps: a transition keeps what the slots hold, so the
    /// optimizer must take them for the same field.
    #[inline(always)]
    pub fn inline_field(slot: u32) -> FieldDescr {
        FieldDescr {
            layout: <Instance as heap::Layout>::ID,
            name: "attribute",
            offset: (FIXED_BYTES + 8 * slot) as u16,
            kind: FieldKind::Value,
            mutability: Mutability::Mutable,
        }
    }
}

/// See the module header.
pub struct Map {
    pub layout: LayoutId,
    pub class: TypeRef,
    /// Inline slots, used or not.
    pub inline_slots: u32,
    /// Attribute names in the order of addition; the position is the attribute's number.
    pub names: Box<[Symbol]>,
    /// Instances hold a dict in their overflow field, and no attributes elsewhere but those of slots (see `__slots__`).
    pub is_dict: bool,
    numbers: FxHashMap<Symbol, u32>,
    transitions: RefCell<FxHashMap<Symbol, &'static Map>>,
    dictionary: OnceCell<&'static Map>,
}

/// A map, by address.
pub type MapRef = &'static Map;

impl Map {
    pub fn size_bytes(&self) -> u32 {
        FIXED_BYTES + 8 * self.inline_slots
    }

    #[inline]
    pub fn find(&self, name: Symbol) -> Option<Place> {
        self.numbers.get(&name).map(|&number| self.place(number))
    }

    #[inline]
    pub fn place(&self, number: u32) -> Place {
        match number.checked_sub(self.inline_slots) {
            None => Place::Inline(number),
            Some(index) => Place::Overflow(index),
        }
    }

    /// Capacity of the overflow array of this map's instances: 0, 4, 8, 16, …
    pub fn overflow_capacity(&self) -> u32 {
        match (self.names.len() as u32).saturating_sub(self.inline_slots) {
            0 => 0,
            used => used.next_power_of_two().max(FIRST_OVERFLOW_CAPACITY),
        }
    }
}

/// All maps of one interpreter.
#[derive(Default)]
pub struct Maps {
    /// By layout id, less [`heap::FIRST_DYNAMIC_LAYOUT`].
    by_layout: RefCell<Vec<MapRef>>,
}

impl Maps {
    /// The map with this layout id. Precondition: the layout is that of an instance.
    #[inline]
    pub fn get(&self, layout: LayoutId) -> MapRef {
        self.by_layout.borrow()[(layout.0 - heap::FIRST_DYNAMIC_LAYOUT) as usize]
    }

    /// The map of a fresh instance of the class.
    pub fn root(&self, heap: &Heap, class: TypeRef) -> MapRef {
        let wanted = class.inline_slots.get().min(MOST_INLINE_SLOTS);
        match class.root_map.get() {
            Some(map) if map.inline_slots >= wanted => map,
            _ => {
                let map = self.make(heap, class, wanted, Vec::new(), false);
                class.root_map.set(Some(map));
                map
            }
        }
    }

    /// The map of an instance of another class with the same attributes and the same size (`__class__` assignment).
    pub fn with_class(&self, heap: &Heap, map: MapRef, class: TypeRef) -> MapRef {
        let mut to = self.make(heap, class, map.inline_slots, Vec::new(), false);
        if map.is_dict {
            to = self.dictionary(heap, to);
        }
        map.names.iter().fold(to, |to, &name| self.with_name(heap, to, name))
    }

    /// The map that an instance of `map` has after `name` was added.
    pub fn with_name(&self, heap: &Heap, map: MapRef, name: Symbol) -> MapRef {
        if let Some(next) = map.transitions.borrow().get(&name) {
            return next;
        }
        let mut names = map.names.to_vec();
        names.push(name);
        let needed = (names.len() as u32).min(MOST_INLINE_SLOTS);
        if needed > map.class.inline_slots.get() {
            map.class.inline_slots.set(needed);
        }
        let next = self.make(heap, map.class, map.inline_slots, names, map.is_dict);
        map.transitions.borrow_mut().insert(name, next);
        next
    }

    /// The map in dictionary mode of instances of this class and size; it keeps the attributes of `map` that are slots.
    pub fn dictionary(&self, heap: &Heap, map: MapRef) -> MapRef {
        map.dictionary.get_or_init(|| self.make(heap, map.class, map.inline_slots, Vec::new(), true))
    }

    fn make(
        &self,
        heap: &Heap,
        class: TypeRef,
        inline_slots: u32,
        names: Vec<Symbol>,
        is_dict: bool,
    ) -> MapRef {
        let inline = ((1_u64 << inline_slots) - 1) << (FIXED_BYTES / 8);
        let layout = heap.register_dynamic(DynamicLayout {
            name: class.name.borrow().to_string(),
            size_bytes: FIXED_BYTES + 8 * inline_slots,
            pointer_slots: inline | <Instance as heap::Layout>::DESCR.pointer_slots,
            finalizer: class.has(flags::HAS_FINALIZER),
            ..DynamicLayout::default()
        });
        let numbers = names.iter().enumerate().map(|(number, &name)| (name, number as u32)).collect();
        let map: MapRef = Box::leak(Box::new(Map {
            layout,
            class,
            inline_slots,
            names: names.into(),
            is_dict,
            numbers,
            transitions: RefCell::default(),
            dictionary: OnceCell::new(),
        }));
        let mut by_layout = self.by_layout.borrow_mut();
        assert_eq!(
            by_layout.len(),
            (layout.0 - heap::FIRST_DYNAMIC_LAYOUT) as usize,
            "maps are the only layouts made at run time"
        );
        by_layout.push(map);
        map
    }
}

const _: () = assert!(FIXED_BYTES == 24);
