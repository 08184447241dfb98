//! Values of every kind come back as they were.
