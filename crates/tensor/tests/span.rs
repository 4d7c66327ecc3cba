//! Spans: shapes, places, and what covers nothing.

use backprop_tensor::{Role, Span};

#[test]
fn a_span_has_the_size_of_its_shape() {
    for (shape, len) in [(&[][..], 1), (&[0][..], 0), (&[7][..], 7), (&[3, 4][..], 12), (&[3, 0, 4][..], 0)] {
        let span = Span::new("w", shape, Role::Weight);
        assert_eq!((span.len(), span.is_empty(), span.range.clone()), (len, len == 0, 0..len));
        let moved = span.after(5).after(3);
        assert_eq!((moved.len(), moved.range), (len, 8..8 + len));
        assert_eq!((moved.name.as_str(), moved.shape.as_slice(), moved.role), ("w", shape, Role::Weight));
    }
}
