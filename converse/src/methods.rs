//! The methods that every class has, by a macro of rules: the compiler copies them faster than a procedural macro writes
//! them anew for each class.

/// The methods of a class, by what it is, its visibility, its type, and the parameters of what is implemented for it.
#[doc(hidden)]
#[macro_export]
macro_rules! __class_methods {
    (value $vis:vis, $this:ty, $($generics:tt)*) => {
        // A program need not use every one of these.
        #[allow(dead_code)]
        impl $($generics)* $this {
            /// Checks a value that was made by hand.
            ///
            /// # Errors
            /// A fault with everything that is wrong with it.
            #[inline]
            $vis fn validate(&self) -> __P::Result<(), __P::Fault> {
                __P::validate(self)
            }
        }
    };
    (message $vis:vis, $this:ty, $($generics:tt)*) => {
        $crate::__class_methods!(value $vis, $this, $($generics)*);

        // As above.
        #[allow(dead_code)]
        impl $($generics)* $this {
            /// Writes the message in its envelope.
            ///
            /// # Errors
            /// A fault if it has no form on the wire: NaN, an infinity, NUL, or nested too deep.
            #[inline]
            $vis fn to_json(&self) -> __P::Result<__P::String, __P::Fault> {
                __P::to_json(self)
            }

            /// Reads a message of this class from its envelope.
            ///
            /// # Errors
            /// A fault with everything that is wrong with it.
            #[inline]
            $vis fn from_json(json: &str) -> __P::Result<Self, __P::Fault> {
                __P::from_json(json)
            }

            /// Writes the message in its envelope, in any format.
            ///
            /// # Errors
            /// As `to_json`.
            #[inline]
            $vis fn to_format(&self, format: &dyn __P::Format) -> __P::Result<__P::Vec<u8>, __P::Fault> {
                __P::to_format(self, format)
            }

            /// Reads a message of this class from its envelope, in any format.
            ///
            /// # Errors
            /// As `from_json`.
            #[inline]
            $vis fn from_format(bytes: &[u8], format: &dyn __P::Format) -> __P::Result<Self, __P::Fault> {
                __P::from_format(bytes, format)
            }
        }
    };
}
