// Package access decides who may do what. It is pure: a table, asked by the packages
// that hold the data.
package access
