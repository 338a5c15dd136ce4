//! The dimensions of a view: how many items each has and how far apart they lie.
//!
//! Nearly all views have one dimension, which stands in the view itself ([`MemoryView::length`], [`MemoryView::step`]). Others keep two tuples
//! of integers, `shape` and `strides`, which are empty for the view of a single item.

use heap::Gc;
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::value::*;
use smallvec::{SmallVec, smallvec};

#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Dimension {
    /// Number of items.
    pub items: i64,
    /// Distance of items, in bytes.
    pub stride: i64,
}

pub type Dimensions = SmallVec<[Dimension; 4]>;

/// The dimensions of a view, the outermost first.
pub fn of(view: Gc<MemoryView>) -> Dimensions {
    let numbers = |tuple: Word| -> SmallVec<[i64; 4]> {
        let tuple: Gc<Tuple> = as_object(tuple).expect("shape and strides are tuples");
        tuple.items().iter().map(|item| as_i64(item.get()).expect("of integers")).collect()
    };
    if view.shape.get() == NONE {
        return smallvec![Dimension { items: view.length.get(), stride: view.step.get() }];
    }
    let (items, strides) = (numbers(view.shape.get()), numbers(view.strides.get()));
    items.into_iter().zip(strides).map(|(items, stride)| Dimension { items, stride }).collect()
}

/// Gives a view other dimensions.
pub fn set(py: Py, view: Gc<MemoryView>, dimensions: &[Dimension]) -> Result<()> {
    if let [one] = dimensions {
        view.length.set(one.items);
        view.step.set(one.stride);
        view.shape.set(py.mutator(), view, NONE);
        view.strides.set(py.mutator(), view, NONE);
        return Ok(());
    }
    let shape = tuple(py, dimensions, |dimension| dimension.items)?;
    let strides = tuple(py, dimensions, |dimension| dimension.stride)?;
    view.length.set(item_count(dimensions));
    view.step.set(view.item_bytes.get());
    view.shape.set(py.mutator(), view, shape);
    view.strides.set(py.mutator(), view, strides);
    Ok(())
}

/// A number of each dimension.
pub fn tuple(py: Py, dimensions: &[Dimension], number: impl Fn(&Dimension) -> i64) -> Result {
    let numbers: Result<SmallVec<[Word; 4]>> =
        dimensions.iter().map(|dimension| py.int(number(dimension))).collect();
    py.new_tuple(&numbers?)
}

/// The dimensions of items that lie next to each other, the last index changing fastest.
pub fn packed(items: &[i64], item_bytes: i64) -> Dimensions {
    let mut stride = item_bytes;
    let mut dimensions: Dimensions = items.iter().map(|&items| Dimension { items, stride: 0 }).collect();
    for dimension in dimensions.iter_mut().rev() {
        dimension.stride = stride;
        stride *= dimension.items;
    }
    dimensions
}

pub fn item_count(dimensions: &[Dimension]) -> i64 {
    dimensions.iter().map(|dimension| dimension.items).product()
}

/// The order of items in which the first or the last index changes fastest.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As in C: the last one.
    C,
    /// As in Fortran: the first one.
    Fortran,
}

/// Whether all items lie next to each other in this order.
pub fn is_contiguous(dimensions: &[Dimension], item_bytes: i64, order: Order) -> bool {
    // As CPython has it: an empty view of one dimension is judged by its stride, one of several is contiguous.
    if dimensions.len() > 1 && item_count(dimensions) == 0 {
        return true;
    }
    let mut expected = item_bytes;
    let mut check = |dimension: &Dimension| {
        let is_next = dimension.items == 1 || dimension.stride == expected;
        expected *= dimension.items;
        is_next
    };
    match order {
        Order::C => dimensions.iter().rev().all(&mut check),
        Order::Fortran => dimensions.iter().all(&mut check),
    }
}

/// Calls `visit` with the offset of each item from the first one.
pub fn each_offset(dimensions: &[Dimension], order: Order, visit: &mut dyn FnMut(i64)) {
    walk(dimensions, order, 0, visit);
}

fn walk(dimensions: &[Dimension], order: Order, offset: i64, visit: &mut dyn FnMut(i64)) {
    let (slowest, rest) = match (order, dimensions) {
        (_, []) => return visit(offset),
        (Order::C, [first, rest @ ..]) | (Order::Fortran, [rest @ .., first]) => (first, rest),
    };
    for index in 0..slowest.items {
        walk(rest, order, offset + index * slowest.stride, visit);
    }
}

/// The highest offset of an item from the first one. Precondition: there are items.
pub fn highest_offset(dimensions: &[Dimension]) -> i64 {
    dimensions.iter().map(|dimension| ((dimension.items - 1) * dimension.stride).max(0)).sum()
}
