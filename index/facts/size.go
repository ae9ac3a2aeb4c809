package facts

import "unsafe"

// Size returns about how many bytes f takes in memory.
func (f *File) Size() int {
	n := int(unsafe.Sizeof(*f)) + len(f.Names)*int(unsafe.Sizeof(""))
	for _, s := range f.Names {
		n += len(s)
	}
	return n + bytesOf(f.Exprs) + bytesOf(f.Kids) + bytesOf(f.Scopes) + bytesOf(f.Params) + bytesOf(f.Blocks) + bytesOf(f.Bindings) +
		bytesOf(f.Returns) + bytesOf(f.Imports) + bytesOf(f.Globals) + bytesOf(f.Calls) + bytesOf(f.Directives) + bytesOf(f.Problems) + bytesOf(f.LineStarts)
}

func bytesOf[T any](rows []T) int {
	var row T
	return len(rows) * int(unsafe.Sizeof(row))
}
