package source_test

import (
	"topicls/index/deploy"
	"topicls/index/source"
)

// Readers of deployment files read through a Set.
var _ deploy.FS = (*source.Set)(nil)
