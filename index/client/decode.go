package client

// Decode says how a call makes an object of a message: it fills the object that is
// given to it, or it returns one of the class that it is given. Of a type, it says which
// of the type's arguments is the class of the messages.
type Decode struct {
	Data  Slots  `yaml:"data"`  // the message, in any form; none when the call is a method of it
	Into  Slots  `yaml:"into"`  // the object that is filled
	Class string `yaml:"class"` // the number of the type argument that is the class of the result
}
