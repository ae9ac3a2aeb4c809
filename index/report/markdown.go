package report

import "io"

// Markdown writes the inventory of a workspace.
func Markdown(w io.Writer, input Input) error { return Text(w, input, Style{}) }
