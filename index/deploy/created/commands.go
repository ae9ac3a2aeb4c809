package created

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"topicls/index/deploy"
)

// Commands of Kafka's tools are found in any text: shell scripts, Makefiles,
// Dockerfiles, the command of a compose service or a Kubernetes job, there as one
// text or as a list of words over several lines.

var tool = regexp.MustCompile(`kafka-topics(\.sh|\.bat)?\b|\brpk topic create\b`)

// MayCreate reports whether a text may have commands that create topics.
func MayCreate(data []byte) bool {
	return bytes.Contains(data, []byte("kafka-topics")) || bytes.Contains(data, []byte("rpk topic create"))
}

// Commands finds the topics that commands in a text create.
func Commands(file string, data []byte) Found {
	if !MayCreate(data) {
		return Found{}
	}
	c := &commands{text: deploy.NewText(file, data), data: data}
	for _, m := range tool.FindAllIndex(data, -1) {
		if c.isComment(m[0]) {
			continue
		}
		words := c.words(m[1])
		if bytes.HasPrefix(data[m[0]:], []byte("rpk")) {
			c.rpk(words)
		} else {
			c.kafkaTopics(words)
		}
	}
	return c.found
}

type commands struct {
	text  *deploy.Text
	data  []byte
	found Found
}

// word is a word of a command. Its text has no quotes.
type word struct {
	text       string
	start, end int
}

// isComment reports whether a place is behind a comment sign on its line.
func (c *commands) isComment(at int) bool {
	line := c.data[bytes.LastIndexByte(c.data[:at], '\n')+1 : at]
	trimmed := bytes.TrimLeft(line, " \t-@")
	return bytes.HasPrefix(trimmed, []byte("#")) || bytes.HasPrefix(trimmed, []byte("//")) || bytes.HasPrefix(trimmed, []byte("REM ")) || bytes.Contains(line, []byte(" #"))
}

// maxWords is how many words of a command are read.
const maxWords = 64

// words reads a command's words from behind its name to its end. A line's end is
// the command's, unless a backslash stands there or an option follows.
func (c *commands) words(at int) []word {
	var out []word
	for len(out) < maxWords {
		next, newline := c.blank(at)
		if next >= len(c.data) || strings.ContainsRune(";&|()#`<>", rune(c.data[next])) {
			return out
		}
		end := next
		for end < len(c.data) && !strings.ContainsRune(" \t\r\n;&|()\"'`,[]<>\\", rune(c.data[end])) {
			if c.data[end] == '$' && end+1 < len(c.data) && (c.data[end+1] == '{' || c.data[end+1] == '(') { // ${X:-a b}
				if n := bytes.IndexAny(c.data[end:], "})\n"); n > 0 && c.data[end+n] != '\n' {
					end += n
				}
			}
			end++
		}
		if end == next {
			end++
		}
		w := word{string(c.data[next:end]), next, end}
		if newline && !strings.HasPrefix(w.text, "-") && (len(out) == 0 || !strings.HasPrefix(out[len(out)-1].text, "--") || strings.Contains(w.text, ":")) || tool.MatchString(w.text) {
			return out
		}
		at = end
		out = append(out, w)
	}
	return out
}

// blank moves over what stands between words: blanks, quotes, commas, the
// brackets and dashes of YAML's lists, escaped ends of lines. newline says that an
// end of a line that is not escaped was among them.
func (c *commands) blank(at int) (next int, newline bool) {
	for at < len(c.data) {
		switch b := c.data[at]; {
		case b == '\n':
			newline = true
		case b == '\\' && at+1 < len(c.data) && (c.data[at+1] == '\n' || c.data[at+1] == '\r'):
			at++
			if c.data[at] == '\r' && at+1 < len(c.data) && c.data[at+1] == '\n' {
				at++
			}
		case b == '-' && newline && at+1 < len(c.data) && c.data[at+1] == ' ':
		case strings.IndexByte(" \t\r\"',[]\\", b) < 0:
			return at, newline
		}
		at++
	}
	return at, newline
}

func (c *commands) kafkaTopics(words []word) {
	create := false
	var topic word
	partitions := 0
	for i := 0; i < len(words); i++ {
		name, value, has := strings.Cut(words[i].text, "=")
		given := word{value, words[i].start + len(name) + 1, words[i].end}
		if name == "--create" || name == "-create" {
			create = true
		}
		if name != "--topic" && name != "--partitions" {
			continue
		}
		if !has || value == "" { // --topic X, --topic="X"
			if i++; i == len(words) {
				break
			}
			given = words[i]
		}
		if name == "--topic" {
			topic = given
		} else {
			partitions, _ = strconv.Atoi(given.text)
		}
	}
	if create && topic.text != "" {
		c.declare(topic, partitions, "kafka-topics --create")
	}
}

func (c *commands) rpk(words []word) {
	partitions := 0
	var names []word
	for i := 0; i < len(words); i++ {
		w := words[i]
		name, value, has := strings.Cut(w.text, "=")
		switch {
		case !strings.HasPrefix(w.text, "-"):
			names = append(names, w)
		case name == "--if-not-exists" || name == "-d" || name == "--dry":
		default:
			if !has && i+1 < len(words) {
				i++
				value = words[i].text
			}
			if name == "-p" || name == "--partitions" {
				partitions, _ = strconv.Atoi(value)
			}
		}
	}
	for _, w := range names {
		c.declare(w, partitions, "rpk topic create")
	}
}

// declare takes in a topic, or what a variable in its place stands for.
func (c *commands) declare(w word, partitions int, by string) {
	for _, v := range c.values(w) {
		if !isName(v.text) {
			c.found.Open = true
			continue
		}
		c.found.Topics = append(c.found.Topics, Declared{DeclaredTopic: deploy.DeclaredTopic{
			Name: v.text, Partitions: partitions, Pos: c.text.Pos(v.start, v.end),
		}, By: by})
	}
}

var variable = regexp.MustCompile(`^\$+(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|\(([A-Za-z_][A-Za-z0-9_]*)\)|([A-Za-z_][A-Za-z0-9_]*))$`)

// values are the words that one stands for: itself, or if it is a variable those
// that a loop around it goes over.
func (c *commands) values(w word) []word {
	m := variable.FindStringSubmatch(w.text)
	if m == nil {
		return []word{w}
	}
	name := m[1] + m[2] + m[3]
	loop := regexp.MustCompile(`\bfor[ \t]+` + name + `[ \t]+in[ \t]+((?:[^;\n\\]|\\\r?\n)*)`)
	all := loop.FindAllSubmatchIndex(c.data[:w.start], -1)
	if len(all) == 0 {
		return []word{w}
	}
	last := all[len(all)-1]
	if regexp.MustCompile(`\bdone\b`).Match(c.data[last[3]:w.start]) {
		return []word{w}
	}
	var out []word
	for at := last[2]; at < last[3]; {
		next, _ := c.blank(at)
		end := next
		for end < last[3] && strings.IndexByte(" \t\r\n\"'\\", c.data[end]) < 0 {
			end++
		}
		if end <= next {
			break
		}
		out = append(out, word{string(c.data[next:end]), next, end})
		at = end
	}
	return out
}

var names = regexp.MustCompile(`^[a-zA-Z0-9._-]{1,249}$`)

// isName reports whether a text can be a topic's name.
func isName(text string) bool { return names.MatchString(text) && text != "." && text != ".." }

// InVariable finds the topics in the value of a variable by which the image of a
// broker creates topics, `orders:3:1,refunds:1:1:compact`. at places a part of it.
func InVariable(value string, at func(start, end int) deploy.Pos, by string) Found {
	var f Found
	for start := 0; start < len(value); {
		end := start
		for end < len(value) && !strings.ContainsRune(", ;\n", rune(value[end])) {
			end++
		}
		if part := value[start:end]; part != "" {
			name, rest, _ := strings.Cut(part, ":")
			if isName(name) {
				count, _, _ := strings.Cut(rest, ":")
				partitions, _ := strconv.Atoi(count)
				f.Topics = append(f.Topics, Declared{DeclaredTopic: deploy.DeclaredTopic{Name: name, Partitions: partitions, Pos: at(start, start+len(name))}, By: by})
			} else {
				f.Open = true
			}
		}
		start = end + 1
	}
	return f
}

// IsCreating reports whether a variable of that name has a broker's image create
// the topics that its value lists.
func IsCreating(name string) bool { return name == "KAFKA_CREATE_TOPICS" }
