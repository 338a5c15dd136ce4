//! Calls.

use super::*;

impl<'a> Py<'a> {
    /// `callable(*args)`
    pub fn call(self, callable: Word, args: &[Word]) -> Result {
        self.call_args(callable, Args::positional(args))
    }

    /// `callable(*args, **keywords)`
    pub fn call_args(self, callable: Word, args: Args) -> Result {
        if self.native_stack_is_low() {
            return Err(self.recursion_error("maximum recursion depth exceeded"));
        }
        if let Some(function) = as_object::<Function>(callable) {
            return (self.vm().hooks.call_function)(self, function, args);
        }
        if let Some(builtin) = as_object::<Builtin>(callable) {
            return match args.keywords {
                None => builtin.call_positional(self, args.words),
                Some(_) => builtin.call(self, args),
            };
        }
        match V::of(callable) {
            V::Function(function) => (self.vm().hooks.call_function)(self, function, args),
            V::Builtin(builtin) => builtin.call(self, args),
            V::BoundMethod(method) => {
                self.call_with_first(method.function.get(), method.receiver.get(), args)
            }
            V::Type(_) => {
                let class = self.as_type(callable).expect("a type");
                let meta = self.type_of(callable);
                if meta.is(self.ty(Ty::Type)) {
                    return self.instantiate(class, args);
                }
                self.call_through_class(callable, args)
            }
            _ => {
                if let Some(method) = as_object::<StaticMethod>(callable) {
                    return self.call_args(method.function.get(), args);
                }
                self.call_through_class(callable, args)
            }
        }
    }

    pub(super) fn call_through_class(self, callable: Word, args: Args) -> Result {
        let class = self.type_of(callable);
        match class.lookup(self, Name::Call) {
            Some(method) => self.call_bound_args(method, callable, class, args),
            None => Err(self.type_error(format!("'{}' object is not callable", class.message_name()))),
        }
    }

    /// Calls with one more positional argument in front.
    pub fn call_with_first(self, callable: Word, first: Word, args: Args) -> Result {
        let count = args.words.len() + 1;
        if count <= 8 {
            let mut words = [UNSET; 8];
            words[0] = first;
            words[1..count].copy_from_slice(args.words);
            return self.call_args(callable, Args { words: &words[..count], keywords: args.keywords });
        }
        // Words on the malloc heap are invisible to the collector: a tuple keeps them alive and in place.
        let tuple = self.new_tuple_uninit(count)?;
        tuple.items()[0].set(self.mutator(), tuple, first);
        for (to, from) in tuple.items()[1..].iter().zip(args.words) {
            to.set(self.mutator(), tuple, *from);
        }
        self.call_args(callable, Args { words: &tuple_words(tuple), keywords: args.keywords })
    }

    /// Calls a method found in the class of `value`, bound to it.
    pub fn call_bound_args(
        self,
        method: Word,
        value: Word,
        class: crate::types::TypeRef,
        args: Args,
    ) -> Result {
        let binds = match V::of(method) {
            V::Function(_) => true,
            V::Builtin(builtin) => functions::is_method(self, builtin),
            _ => false,
        };
        if binds {
            return self.call_with_first(method, value, args);
        }
        let bound = self.bind_attribute(method, value, class)?;
        self.call_args(bound, args)
    }

    /// Whether so little native stack is left that nothing more may be called.
    #[inline(always)]
    pub fn native_stack_is_low(self) -> bool {
        let here = 0_u8;
        (std::ptr::from_ref(&here) as usize) < self.context().stack_limit.get()
    }

    pub fn is_callable(self, value: Word) -> bool {
        matches!(V::of(value), V::Function(_) | V::Builtin(_) | V::BoundMethod(_) | V::Type(_))
            || self.type_of(value).lookup(self, Name::Call).is_some()
    }
}
