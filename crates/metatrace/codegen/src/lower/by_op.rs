//! What is known by operation: dense, as most operations of a unit are asked about.

/// A map from operations of the unit. Grows to the last one that has a value.
pub(super) struct ByOp<T>(Vec<Option<T>>);

impl<T: Copy> ByOp<T> {
    pub fn get(&self, op: u32) -> Option<T> {
        self.0.get(op as usize).copied().flatten()
    }

    pub fn contains(&self, op: u32) -> bool {
        self.get(op).is_some()
    }

    pub fn insert(&mut self, op: u32, value: T) {
        *self.place(op) = Some(value);
    }

    /// The value of an operation, `first` if there is none yet.
    pub fn get_or_insert(&mut self, op: u32, first: T) -> &mut T {
        self.place(op).get_or_insert(first)
    }

    pub fn remove(&mut self, op: u32) -> Option<T> {
        self.0.get_mut(op as usize)?.take()
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Ascending by operation.
    pub fn iter(&self) -> impl Iterator<Item = (u32, T)> {
        (0..).zip(&self.0).filter_map(|(op, value)| value.map(|value| (op, value)))
    }

    fn place(&mut self, op: u32) -> &mut Option<T> {
        let at = op as usize;
        if self.0.len() <= at {
            self.0.resize(at + 1, None);
        }
        &mut self.0[at]
    }
}

impl<T> Default for ByOp<T> {
    fn default() -> Self {
        ByOp(Vec::new())
    }
}
