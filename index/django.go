package index

import (
	"path"
	"slices"
	"strings"

	"topicls/index/client"
	"topicls/index/deploy"
)

// A Django project finds its modules at run time, but not all of them for
// every command: a management command is run when it is named, and commands
// that prepare a database or files load models and settings, no views.

// djangoTasks are the commands of Django 5.2 that end without serving.
var djangoTasks = map[string]bool{
	"check": true, "collectstatic": true, "compilemessages": true, "createcachetable": true, "createsuperuser": true, "dumpdata": true,
	"flush": true, "loaddata": true, "makemessages": true, "makemigrations": true, "migrate": true, "sqlmigrate": true, "showmigrations": true,
}

// manages reports whether an entry is a Django project's manage.py, and the
// command that it is given.
func manages(e deploy.Entry) (command string, ok bool) {
	if path.Base(e.File) != "manage.py" {
		return "", false
	}
	for _, a := range e.Args {
		if !strings.HasPrefix(a, "-") {
			return a, true
		}
	}
	return "", false
}

// unnamedCommand returns what tells the files of management commands that no
// entry names.
func unnamedCommand(entries []deploy.Entry) func(p string) bool {
	named := map[string]bool{}
	for _, e := range entries {
		for _, a := range e.Args {
			named[a] = true
		}
		if c, ok := manages(e); ok {
			named[c] = true
		}
	}
	return func(p string) bool {
		dir := path.Dir(p)
		return path.Base(dir) == "commands" && path.Base(path.Dir(dir)) == "management" && path.Base(p) != "__init__.py" && !named[strings.TrimSuffix(path.Base(p), ".py")]
	}
}

// settingsModules lists the files that may be the settings that `django.conf`
// stands for: their module is named in a variable.
func (c *code) settingsModules(within []string) []string {
	return slices.DeleteFunc(c.below(client.Python, within), func(p string) bool { return !isSettings(p) })
}

func isSettings(p string) bool {
	return path.Base(p) == "settings.py" || path.Base(path.Dir(p)) == "settings"
}

// byConvention are the modules of an application that Django and Celery look
// for by their names.
var byConvention = map[string]bool{
	"__init__": true, "admin": true, "apps": true, "asgi": true, "celery": true, "consumers": true, "models": true, "routing": true, "settings": true, "signals": true,
	"tasks": true, "urls": true, "views": true, "wsgi": true,
}

// discovered leaves out management commands that are not named, and what may
// only be there for them: that is run if something else imports it.
func (c *code) discovered(found []string, how reaching, unique func(from, dotted string) string) []string {
	var unnamed []string
	for _, p := range found {
		if how.not(p) {
			unnamed = append(unnamed, p)
		}
	}
	if len(unnamed) == 0 {
		return found
	}
	how.listed = true
	theirs := c.reach(unnamed, how, unique)
	return slices.DeleteFunc(found, func(p string) bool {
		return theirs[p] && !byConvention[strings.TrimSuffix(path.Base(p), ".py")] || how.not(p)
	})
}

// onlyTasks reports whether all that a service starts are commands of Django
// that end without serving.
func onlyTasks(entries []deploy.Entry) bool {
	for _, e := range entries {
		if c, ok := manages(e); !ok || !djangoTasks[c] {
			return false
		}
	}
	return len(entries) > 0
}

// taskCode lists the files of a Django project that its tasks load, beside
// what these import: settings, and the models and set-up of applications.
func (c *code) taskCode(entries, within []string) []string {
	var out []string
	for _, p := range c.below(client.Python, within) {
		dir, base := path.Dir(p), path.Base(p)
		switch {
		case isSettings(p), base == "apps.py", base == "models.py", base == "__init__.py" && path.Base(dir) == "models":
			if slices.ContainsFunc(entries, func(e string) bool { return under(p, path.Dir(e)) }) {
				out = append(out, p)
			}
		}
	}
	return out
}
