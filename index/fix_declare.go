package index

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"topicls/index/topology"
)

// A topic that nothing creates is declared as others of the workspace are: what
// declares one of them is written once more, with the other name. For dead
// letters that is the topic whose failures they are.

// declareFix declares a topic like another.
func (s *Snapshot) declareFix(d topology.Diagnostic) (Fix, bool) {
	if d.Code != "topic-undeclared" && d.Code != "dlq-no-consumer" || len(s.Declarations(d.Topic)) > 0 {
		return Fix{}, false
	}
	for _, like := range s.modelsFor(d.Topic) {
		edit, ok := s.declareLike(like, d.Topic)
		if !ok {
			continue
		}
		title := fmt.Sprintf("Declare %q like %q in %s", d.Topic, like.Topic, path.Base(like.At.File))
		return Fix{Title: title, Finding: d, Edits: []Edit{edit}}, true
	}
	return Fix{}, false
}

// modelsFor lists declarations that one of a topic may be like: of dead letters
// those of the topic that they are of, and no others; else those of the file that
// has most, the last first.
func (s *Snapshot) modelsFor(topic string) []topology.Declaration {
	if t := s.Topic(topic); t != nil && t.DeadLetterOf != "" {
		return s.Declarations(t.DeadLetterOf)
	}
	var best []topology.Declaration
	for _, name := range s.DeclaredTopics() {
		for _, one := range s.Declarations(name) {
			if all := s.declared.byFile[one.At.File]; len(all) > len(best) {
				best = all
			}
		}
	}
	out := slices.Clone(best)
	slices.Reverse(out)
	return out
}

// declareLike writes what declares a topic once more behind itself, for another.
func (s *Snapshot) declareLike(like topology.Declaration, topic string) (Edit, bool) {
	text, ok := s.Text(like.At.File)
	if !ok || int(like.At.End) > len(text) || like.Default || like.Described || string(text[like.At.Start:like.At.End]) != like.Topic {
		return Edit{}, false
	}
	switch {
	case like.By == byManifest:
		return manifestLike(text, like, topic)
	case isTerraform(like.At.File):
		return resourceLike(text, like, topic)
	case strings.Contains(like.By, "--create"):
		return commandLike(text, like, topic)
	}
	return Edit{}, false
}

// What declarations are written in.
var (
	objectMeta    = regexp.MustCompile(`(?m)^metadata:\s*\n(?:[ \t]+.*\n)*?[ \t]+name:[ \t]*["']?([^\s"'#]+)`)
	objectName    = regexp.MustCompile(`^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$`) // what Kubernetes takes for the name of an object
	noObjectName  = regexp.MustCompile(`[^a-z0-9.-]+`)
	documentMark  = regexp.MustCompile(`(?m)^---[ \t]*(?:#.*)?\r?$\n?`)
	resourceHead  = regexp.MustCompile(`(?m)^resource[ \t]+"[^"]+"[ \t]+"([^"]+)"[ \t]*\{`)
	noLabel       = regexp.MustCompile(`\W+`)
	commandBegins = regexp.MustCompile(`^[ \t]*(?:- )?[\w./$({]`)
	keyBegins     = regexp.MustCompile(`^[ \t]*(?:- )?["']?[\w-]+["']?:[ \t]`)
)

// insertion is an edit that puts text at an offset.
func insertion(like topology.Declaration, at int, text string) (Edit, bool) {
	return Edit{Place: topology.Place{File: like.At.File, Start: uint32(at), End: uint32(at)}, Text: text}, true
}

// withName is a part of a text with a name in the place of another, wherever that
// stands as a whole word.
func withName(part []byte, from, to string) string {
	isWord := func(i int) bool {
		return i >= 0 && i < len(part) && (part[i] == '_' || part[i] == '-' || part[i] == '.' ||
			part[i] >= '0' && part[i] <= '9' || part[i]|0x20 >= 'a' && part[i]|0x20 <= 'z')
	}
	var out strings.Builder
	done := 0
	for {
		i := bytes.Index(part[done:], []byte(from))
		if i < 0 {
			out.Write(part[done:])
			return out.String()
		}
		i += done
		out.Write(part[done:i])
		if isWord(i-1) || isWord(i+len(from)) {
			out.WriteString(from)
		} else {
			out.WriteString(to)
		}
		done = i + len(from)
	}
}

// manifestLike copies the document of a manifest. The name of the object is that
// of the topic, or made of it where it is called otherwise in its spec.
func manifestLike(text []byte, like topology.Declaration, topic string) (Edit, bool) {
	start, end := documentAround(text, int(like.At.Start))
	for start < end { // comments in front are of this one
		line, _, _ := bytes.Cut(text[start:end], []byte("\n"))
		if t := bytes.TrimSpace(line); len(t) > 0 && t[0] != '#' {
			break
		}
		start += len(line) + 1
	}
	if start >= end {
		return Edit{}, false
	}
	part := bytes.TrimRight(text[start:end], " \t\r\n")
	name := objectMeta.FindSubmatchIndex(part)
	if name == nil {
		return Edit{}, false
	}
	object := string(part[name[2]:name[3]])
	var out string
	if uint32(start+name[2]) == like.At.Start { // the object's name is the topic's
		if !objectName.MatchString(topic) {
			return Edit{}, false
		}
		out = withName(part, like.Topic, topic)
	} else {
		other := strings.Trim(noObjectName.ReplaceAllString(strings.ToLower(topic), "-"), "-.")
		if other == object || !objectName.MatchString(other) {
			return Edit{}, false
		}
		at := int(like.At.Start) - start
		if at < name[3] {
			return Edit{}, false
		}
		out = string(part[:name[2]]) + other + string(part[name[3]:at]) + topic + string(part[at+len(like.Topic):])
	}
	eol := lineEnd(text, start)
	return insertion(like, start+len(part), eol+"---"+eol+out)
}

// documentAround is the YAML document around an offset.
func documentAround(text []byte, off int) (start, end int) {
	end = len(text)
	for _, m := range documentMark.FindAllIndex(text, -1) {
		if m[1] <= off {
			start = m[1]
		} else if m[0] > off {
			return start, m[0]
		}
	}
	return start, end
}

// resourceLike copies a resource of Terraform under a label made of the name.
func resourceLike(text []byte, like topology.Declaration, topic string) (Edit, bool) {
	for _, m := range slices.Backward(resourceHead.FindAllSubmatchIndex(text[:like.At.Start], -1)) {
		end := bytes.Index(text[m[1]:], []byte("\n}"))
		if end < 0 || m[1]+end < int(like.At.End) {
			return Edit{}, false
		}
		end += m[1] + 2
		label := noLabel.ReplaceAllString(topic, "_")
		if bytes.Contains(text, []byte(`"`+label+`"`)) {
			return Edit{}, false // another may be called so
		}
		at := int(like.At.Start)
		eol := lineEnd(text, m[0])
		return insertion(like, end, eol+eol+string(text[m[0]:m[2]])+label+string(text[m[3]:at])+topic+string(text[int(like.At.End):end]))
	}
	return Edit{}, false
}

// commandLike copies the line of a command, or the lines that go on from one to the
// next, if it creates one topic and the next line is another command.
func commandLike(text []byte, like topology.Declaration, topic string) (Edit, bool) {
	goesOn := func(line []byte) bool { return bytes.HasSuffix(bytes.TrimRight(line, " \t\r\n"), []byte("\\")) }
	start := lineStart(text, int(like.At.Start))
	for start > 0 {
		before := lineStart(text, start-1)
		if !goesOn(text[before:start]) {
			break
		}
		start = before
	}
	end := start
	for {
		next := bytes.IndexByte(text[end:], '\n')
		if next < 0 {
			return Edit{}, false
		}
		line := text[end : end+next+1]
		end += len(line)
		if !goesOn(line) {
			break
		}
	}
	part := text[start:end]
	if bytes.Count(part, []byte("--create")) != 1 || bytes.Count(part, []byte("--topic")) != 1 || !commandBegins.Match(part) || bytes.ContainsAny(part, `[]`) ||
		keyBegins.Match(part) || strings.ContainsAny(topic, " \t\"'$") {
		return Edit{}, false // part of something else
	}
	return insertion(like, end, withName(part, like.Topic, topic))
}
