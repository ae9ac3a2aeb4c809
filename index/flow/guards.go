package flow

// guard tells questions about an expression apart, so that asking one of them
// again while it is answered is cut, and asking another is not.
type guard uint8

// The questions. The zero value is what the expression may be.
const (
	guardParam       guard = iota + 1 // what callers give a parameter; the number is the parameter's
	guardCallers                      // who calls a function; the number is its scope's
	guardReturns                      // what a function returns; the number is its scope's
	guardStar                         // what a star import brings; the number is the import's
	guardAttr                         // attributes of this name
	guardText                         // a text that a framework hands to a parameter; the number is the parameter's
	guardOutside                      // what sets fields of this name from outside
	guardQueue                        // what comes out of a queue
	guardParser                       // what a parser reads
	guardEntries                      // the entries of a map
	guardItems                        // the items of a list
	guardDecoded                      // what a call decodes into a variable
	guardFilled                       // what is put into a map or list after it was made
	guardStored                       // messages that wait in a container
	guardConstruct                    // how an object is made
	guardOptions                      // options of a command line
	guardKept                         // what is kept on an application
	guardElements                     // calls through containers near a file
	guardIncluded                     // what takes a router in
	guardTopic                        // topics that a call names
	guardSubscribed                   // topics that a consumer subscribes to
	guardBound                        // where the fields of a class come from; the number is its scope's
	guardEnvironment                  // what an object that is made of the environment gives
	guardLoader                       // what a loader's function makes
	guardSources                      // the documents that a class of settings is read from; the number is its scope's
	guardInclude                      // what files that a module runs in its place bring; the number is the call's
	guardReplaced                     // the variable that replaces a field of a class; the number is its scope's
	guardFiller                       // the functions that fill a class; the number is its scope's
	guardSettings                     // a name of a settings module; the number is the name's
)
