package wire

import (
	"strings"
	"testing"
)

// The library's URI.Filename panics for half of these, and uri.New and uri.Parse
// change the names of others (trap 8).
func TestURIPath(t *testing.T) {
	tests := []struct{ uri, unix, windows string }{
		{"file:///a/b.py", "/a/b.py", ""},
		{"file:///a%20b/%C3%BC/%F0%9F%98%80.py", "/a b/ü/😀.py", ""},
		{"file:///a b/ü.py", "/a b/ü.py", ""},
		{"file:///a%23b%3Fc%25d/e%2Bf+g", "/a#b?c%d/e+f+g", ""},
		{"file:///100%25/x", "/100%/x", ""},
		{"file:///100%/x%zz%4", "/100%/x%zz%4", ""},
		{"file:///a?query#fragment", "/a", ""},
		{"file:///a//b/../c/./d/", "/a/c/d", ""},
		{"file:///", "/", ""},
		{"FILE:///a", "/a", ""},
		{"file:/a/b", "/a/b", ""},
		{"file://localhost/a", "/a", ""},
		{"file://myhost/a", "/a", `\\myhost\a`},
		{"file:///c%3A/x/y.py", "/c:/x/y.py", `C:\x\y.py`},
		{"file:///C:/x/y.py", "/C:/x/y.py", `C:\x\y.py`},
		{"file:///c:/", "/c:", `C:\`},
		{"file:///c:", "/c:", `C:\`},
		{"file://localhost/c:/x", "/c:/x", `C:\x`},
		{"file://wsl%24/Debian/x", "/Debian/x", `\\wsl$\Debian\x`},
		{"file:///c:/a%5Cb", `/c:/a\b`, `C:\a\b`},
		{"file:///a%00b", "", ""},
		{"file://host", "", ""},
		{"file:a", "", ""},
		{"file:", "", ""},
		{"", "", ""},
		{"/a/b", "", ""},
		{"a/b", "", ""},
		{"untitled:Untitled-1", "", ""},
		{"untitled:/a/b.py", "", ""},
		{"git:/a/b.py?%7B%22ref%22%3A%22%22%7D", "", ""},
		{"vscode-notebook-cell:/a/b.ipynb#x", "", ""},
		{"jdt://contents/rt.jar/x.class", "", ""},
		{"zipfile:///a/b.zip::c.py", "", ""},
		{"http://host/a", "", ""},
	}
	for _, test := range tests {
		for _, windows := range []bool{false, true} {
			want := test.unix
			if windows {
				want = test.windows
			}
			got, ok := filePath(test.uri, windows)
			if got != want || ok != (want != "") {
				t.Errorf("%q, windows %v: %q, %v, want %q", test.uri, windows, got, ok, want)
			}
		}
	}
}

func TestFileURI(t *testing.T) {
	for path, want := range map[string]string{
		"/":                  "file:///",
		"/a/b.py":            "file:///a/b.py",
		"/a b/ü#x?y%z/😀":     "file:///a%20b/%C3%BC%23x%3Fy%25z/%F0%9F%98%80",
		"/bad\xff\nname/a;b": "file:///bad%FF%0Aname/a;b",
	} {
		if got := fileURI(path, false); string(got) != want {
			t.Errorf("%q: %s, want %s", path, got, want)
		}
	}
	for path, want := range map[string]string{
		`C:\a b\c.py`:   "file:///C:/a%20b/c.py",
		`C:\`:           "file:///C:/",
		`\\host\s\x#.y`: "file://host/s/x%23.y",
	} {
		if got := fileURI(path, true); string(got) != want {
			t.Errorf("%q: %s, want %s", path, got, want)
		}
	}
}

func TestURIs(t *testing.T) {
	var uris URIs
	if got := uris.For("/w/a.py"); got != "file:///w/a.py" {
		t.Error(got)
	}
	for _, u := range []URI{"file:///w%40x", "file:///w%40x/open%2Bfile.py", "file:///w%40x/sub/"} {
		if _, ok := uris.Note(u); !ok {
			t.Errorf("%s is no file", u)
		}
	}
	if p, ok := uris.Note("untitled:Untitled-1"); ok {
		t.Errorf("untitled is %s", p)
	}
	for path, want := range map[string]URI{
		"/w@x":              "file:///w%40x",
		"/w@x/open+file.py": "file:///w%40x/open%2Bfile.py",
		"/w@x/b c.py":       "file:///w%40x/b%20c.py",
		"/w@x/sub/d/e.py":   "file:///w%40x/sub/d/e.py",
		"/w@xy/a.py":        "file:///w@xy/a.py",
		"/other":            "file:///other",
	} {
		if got := uris.For(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	uris.Forget("/w@x/open+file.py")
	if got := uris.For("/w@x/open+file.py"); got != "file:///w%40x/open+file.py" {
		t.Error(got)
	}
	// A root folder has no second slash.
	var root URIs
	root.Note("file:///")
	if got := root.For("/a"); got != "file:///a" {
		t.Error(got)
	}
}

// Every absolute path survives the way to a URI and back.
func FuzzURI(f *testing.F) {
	f.Add("/a b/ü#x?y%z", "file:///c%3A/x")
	f.Add("/100%/%41", "untitled:x")
	f.Fuzz(func(t *testing.T, path, uri string) {
		for _, windows := range []bool{false, true} {
			clean, ok := filePath(uri, windows)
			if ok {
				if again, ok := filePath(string(fileURI(clean, windows)), windows); !ok || again != clean {
					t.Errorf("%q: %q, then %q, %v", uri, clean, again, ok)
				}
			}
		}
		if !strings.HasPrefix(path, "/") || strings.ContainsRune(path, 0) {
			return
		}
		got, ok := filePath(string(fileURI(path, false)), false)
		if want, _ := filePath("file://"+strings.NewReplacer("%", "%25", "#", "%23", "?", "%3F").Replace(path), false); !ok || got != want {
			t.Errorf("%q: %q, %v, want %q", path, got, ok, want)
		}
	})
}
