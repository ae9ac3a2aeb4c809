package wire

import (
	"net/url"
	"path"
	"runtime"
	"strings"

	"go.lsp.dev/protocol"
)

// URI is the URI of a document or folder, as the client or [FileURI] spelled it.
// Two spellings may mean the same file (VS Code writes file:///c%3A/x, others
// file:///C:/x): compare paths, never URIs.
type URI string

// Path gives the absolute, cleaned path of a file URI. It is false for any other
// scheme (untitled, git, vscode-notebook-cell, jdt, ...) and for text that is no
// absolute URI: such documents are not files. On Windows the drive letter comes
// out in upper case.
func (u URI) Path() (string, bool) { return filePath(string(u), runtime.GOOS == "windows") }

// Protocol is the URI in the library's type.
func (u URI) Protocol() protocol.DocumentURI { return protocol.DocumentURI(u) }

// FileURI spells the URI of an absolute path.
func FileURI(p string) URI { return fileURI(p, runtime.GOOS == "windows") }

// filePath decodes a file URI by the rules of one kind of system. Queries and
// fragments are no part of a name; in names ? and # come encoded.
func filePath(u string, windows bool) (string, bool) {
	scheme, rest, ok := strings.Cut(u, ":")
	if !ok || !strings.EqualFold(scheme, "file") {
		return "", false
	}
	if i := strings.IndexAny(rest, "?#"); i >= 0 {
		rest = rest[:i]
	}
	host := ""
	if after, ok := strings.CutPrefix(rest, "//"); ok {
		i := strings.IndexByte(after, '/')
		if i < 0 {
			return "", false
		}
		host, rest = after[:i], after[i:]
	}
	name := unescape(rest)
	if !strings.HasPrefix(name, "/") || strings.IndexByte(name, 0) >= 0 {
		return "", false
	}
	if windows {
		return windowsPath(unescape(host), name)
	}
	// The host is ours, or a name of ours that we cannot check: some clients
	// write it. The client's spelling is kept by URIs.
	return path.Clean(name), true
}

// windowsPath makes C:\dir\name, or \\host\share\name for a foreign host.
func windowsPath(host, name string) (string, bool) {
	name = strings.ReplaceAll(name, `\`, "/")
	if host != "" && !strings.EqualFold(host, "localhost") {
		return `\\` + host + strings.ReplaceAll(path.Clean(name), "/", `\`), true
	}
	if len(name) < 3 || !isLetter(name[1]) || name[2] != ':' {
		return "", false
	}
	drive := strings.ToUpper(name[1:3])
	return drive + strings.ReplaceAll(path.Clean("/"+name[3:]), "/", `\`), true
}

func fileURI(p string, windows bool) URI {
	u := url.URL{Scheme: "file", Path: p}
	if windows {
		u.Path = strings.ReplaceAll(p, `\`, "/")
		if unc, ok := strings.CutPrefix(u.Path, "//"); ok {
			host, rest, _ := strings.Cut(unc, "/")
			u.Host, u.Path = host, "/"+rest
		} else if !strings.HasPrefix(u.Path, "/") {
			u.Path = "/" + u.Path
		}
	}
	if u.Host == "" {
		return URI("file://" + u.EscapedPath())
	}
	return URI(u.String())
}

// unescape decodes percent signs; one that starts no escape stands for itself.
func unescape(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			hi, ok1 := unhex(s[i+1])
			lo, ok2 := unhex(s[i+2])
			if ok1 && ok2 {
				b.WriteByte(hi<<4 | lo)
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func unhex(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
