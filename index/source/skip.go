package source

import "strings"

// skippedFolders are never entered: version control, installed packages,
// caches and tools' state. People don't write application code there.
var skippedFolders = map[string]bool{
	".git": true, ".hg": true, ".svn": true, ".bzr": true, ".jj": true,
	"node_modules": true, "bower_components": true, "jspm_packages": true, ".yarn": true, ".pnpm-store": true,
	"site-packages": true, "dist-packages": true, "__pycache__": true, "__pypackages__": true, ".venv": true,
	".tox": true, ".nox": true, ".mypy_cache": true, ".pytest_cache": true, ".ruff_cache": true, ".eggs": true, ".ipynb_checkpoints": true,
	".gradle": true, ".m2": true, ".ivy2": true, ".bsp": true, ".metals": true, ".bloop": true,
	".idea": true, ".vs": true, ".history": true,
	".next": true, ".nuxt": true, ".svelte-kit": true, ".turbo": true, ".parcel-cache": true, ".angular": true,
	".terraform": true, ".serverless": true, ".bundle": true, ".cargo": true, ".cache": true, ".direnv": true, ".stack-work": true,
}

// outputFolders hold what tools made, or fetched, in most projects. They are
// not entered either, unless a Dockerfile or compose file stands directly in
// them: then somebody keeps a service there, say one that is called vendor.
var outputFolders = map[string]bool{
	"target": true, "build": true, "dist": true, "vendor": true,
}

func skipsFolder(name string) bool {
	return skippedFolders[name] || strings.HasSuffix(name, ".egg-info") || strings.HasSuffix(name, ".dist-info")
}

// isMarker reports whether the file called name decides about the folder that
// it stands in, so that its coming or going means looking at the folder again.
func isMarker(folder, name string) bool {
	return name == gitignoreName || name == venvMarker || outputFolders[folder] && standsForService(name)
}

const (
	gitignoreName = ".gitignore"
	venvMarker    = "pyvenv.cfg" // at the top of every Python virtual environment
)

func standsForService(name string) bool { return isDockerfile(name) || isCompose(name) }
