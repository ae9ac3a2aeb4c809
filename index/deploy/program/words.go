package program

// Words splits a command line given as one string into words, as docker
// compose does for `command:` and `entrypoint:`: quotes and backslashes count,
// variables don't, and at a shell operator it ends, since no shell reads it.
func Words(s string) []string {
	var (
		out   []string
		cur   []byte
		in    bool
		quote byte
	)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\\' && quote != '\'' && i+1 < len(s):
			i++
			if s[i] != '\n' {
				cur, in = append(cur, s[i]), true
			}
		case quote != 0:
			if c == quote {
				quote = 0
			} else {
				cur = append(cur, c)
			}
		case c == '\'' || c == '"':
			quote, in = c, true
		case c == ';' || c == '&' || c == '|' || c == '<' || c == '>':
			i = len(s)
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			if in {
				out = append(out, string(cur))
			}
			cur, in = nil, false
		default:
			cur, in = append(cur, c), true
		}
	}
	if in {
		out = append(out, string(cur))
	}
	return out
}
