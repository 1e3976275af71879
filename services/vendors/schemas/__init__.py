"""JSON shapes in and out. Unknown fields are refused; names are those of OCDS where OCDS has them."""
