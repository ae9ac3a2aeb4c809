package java

import "topicls/index/syntax"

// The node kinds, as this package numbers them.
const (
	kIdentifier syntax.Kind = syntax.FirstKind + iota
	kTypeIdentifier
	kScopedIdentifier
	kScopedType
	kThis
	kSuper
	kStatic
	kTransient
	kDefault
	kAsterisk
	kUnderscore

	kInteger
	kFloat
	kTrue
	kFalse
	kNull
	kString
	kCharacter

	kAssignment
	kBinary
	kInstanceof
	kLambda
	kInferredParameters
	kTernary
	kUnary
	kUpdate
	kCast
	kParenthesized
	kClassLiteral
	kNew
	kNewArray
	kFieldAccess
	kArrayAccess
	kInvocation
	kArguments
	kMethodReference
	kArrayInitializer
	kSwitch
	kSwitchBlock
	kSwitchGroup
	kSwitchRule
	kSwitchLabel
	kPattern
	kTypePattern
	kRecordPattern
	kRecordPatternBody
	kRecordPatternComponent
	kGuard

	kGenericType
	kArrayType
	kAnnotatedType
	kPrimitive
	kVoid
	kTypeArguments
	kWildcard
	kDimensions

	kBlock
	kExpressionStatement
	kBreak
	kContinue
	kReturn
	kYield
	kThrow
	kIf
	kWhile
	kDo
	kFor
	kForEach
	kTry
	kTryResources
	kResources
	kResource
	kCatch
	kCatchParameter
	kCatchType
	kFinally
	kLabeled
	kSynchronized
	kLocal
	kDeclarator

	kPackage
	kImport
	kClass
	kInterface
	kEnum
	kRecord
	kAnnotationType
	kSuperclass
	kInterfaces
	kExtendsInterfaces
	kTypeList
	kClassBody
	kInterfaceBody
	kEnumBody
	kEnumMembers
	kEnumConstant
	kAnnotationTypeBody
	kAnnotationElement
	kModifiers
	kMarkerAnnotation
	kAnnotation
	kAnnotationArguments
	kElementPair
	kElementArray
	kField
	kConstant
	kMethod
	kConstructor
	kCompactConstructor
	kConstructorBody
	kConstructorCall
	kStaticInitializer
	kParameters
	kParameter
	kSpreadParameter
	kReceiverParameter
)

// The fields, as this package numbers them.
const (
	fAlternative syntax.Field = 1 + iota
	fArguments
	fArray
	fBody
	fCondition
	fConsequence
	fConstructor
	fDeclarator
	fDimensions
	fElement
	fField
	fIndex
	fInit
	fInterfaces
	fKey
	fLeft
	fName
	fObject
	fOperand
	fParameters
	fPattern
	fResources
	fRight
	fSuperclass
	fType
	fTypeArguments
	fUpdate
	fValue
)

// spec says what of a tree the extractor reads. Comments are left out; the
// few that matter are found in the text (see build.Directives).
var spec = syntax.Spec{
	Nodes: map[string]syntax.Kind{
		"identifier":             kIdentifier,
		"type_identifier":        kTypeIdentifier,
		"scoped_identifier":      kScopedIdentifier,
		"scoped_type_identifier": kScopedType,
		"this":                   kThis,
		"super":                  kSuper,
		"asterisk":               kAsterisk,
		"underscore_pattern":     kUnderscore,

		"decimal_integer_literal":        kInteger,
		"hex_integer_literal":            kInteger,
		"octal_integer_literal":          kInteger,
		"binary_integer_literal":         kInteger,
		"decimal_floating_point_literal": kFloat,
		"hex_floating_point_literal":     kFloat,
		"true":                           kTrue,
		"false":                          kFalse,
		"null_literal":                   kNull,
		"string_literal":                 kString,
		"character_literal":              kCharacter,

		"assignment_expression":        kAssignment,
		"binary_expression":            kBinary,
		"instanceof_expression":        kInstanceof,
		"lambda_expression":            kLambda,
		"inferred_parameters":          kInferredParameters,
		"ternary_expression":           kTernary,
		"unary_expression":             kUnary,
		"update_expression":            kUpdate,
		"cast_expression":              kCast,
		"parenthesized_expression":     kParenthesized,
		"class_literal":                kClassLiteral,
		"object_creation_expression":   kNew,
		"array_creation_expression":    kNewArray,
		"field_access":                 kFieldAccess,
		"array_access":                 kArrayAccess,
		"method_invocation":            kInvocation,
		"argument_list":                kArguments,
		"method_reference":             kMethodReference,
		"array_initializer":            kArrayInitializer,
		"switch_expression":            kSwitch,
		"switch_block":                 kSwitchBlock,
		"switch_block_statement_group": kSwitchGroup,
		"switch_rule":                  kSwitchRule,
		"switch_label":                 kSwitchLabel,
		"pattern":                      kPattern,
		"type_pattern":                 kTypePattern,
		"record_pattern":               kRecordPattern,
		"record_pattern_body":          kRecordPatternBody,
		"record_pattern_component":     kRecordPatternComponent,
		"guard":                        kGuard,

		"generic_type":        kGenericType,
		"array_type":          kArrayType,
		"annotated_type":      kAnnotatedType,
		"integral_type":       kPrimitive,
		"floating_point_type": kPrimitive,
		"boolean_type":        kPrimitive,
		"void_type":           kVoid,
		"type_arguments":      kTypeArguments,
		"wildcard":            kWildcard,
		"dimensions":          kDimensions,

		"block":                        kBlock,
		"expression_statement":         kExpressionStatement,
		"break_statement":              kBreak,
		"continue_statement":           kContinue,
		"return_statement":             kReturn,
		"yield_statement":              kYield,
		"throw_statement":              kThrow,
		"if_statement":                 kIf,
		"while_statement":              kWhile,
		"do_statement":                 kDo,
		"for_statement":                kFor,
		"enhanced_for_statement":       kForEach,
		"try_statement":                kTry,
		"try_with_resources_statement": kTryResources,
		"resource_specification":       kResources,
		"resource":                     kResource,
		"catch_clause":                 kCatch,
		"catch_formal_parameter":       kCatchParameter,
		"catch_type":                   kCatchType,
		"finally_clause":               kFinally,
		"labeled_statement":            kLabeled,
		"synchronized_statement":       kSynchronized,
		"local_variable_declaration":   kLocal,
		"variable_declarator":          kDeclarator,

		"package_declaration":                 kPackage,
		"import_declaration":                  kImport,
		"class_declaration":                   kClass,
		"interface_declaration":               kInterface,
		"enum_declaration":                    kEnum,
		"record_declaration":                  kRecord,
		"annotation_type_declaration":         kAnnotationType,
		"superclass":                          kSuperclass,
		"super_interfaces":                    kInterfaces,
		"extends_interfaces":                  kExtendsInterfaces,
		"type_list":                           kTypeList,
		"class_body":                          kClassBody,
		"interface_body":                      kInterfaceBody,
		"enum_body":                           kEnumBody,
		"enum_body_declarations":              kEnumMembers,
		"enum_constant":                       kEnumConstant,
		"annotation_type_body":                kAnnotationTypeBody,
		"annotation_type_element_declaration": kAnnotationElement,
		"modifiers":                           kModifiers,
		"marker_annotation":                   kMarkerAnnotation,
		"annotation":                          kAnnotation,
		"annotation_argument_list":            kAnnotationArguments,
		"element_value_pair":                  kElementPair,
		"element_value_array_initializer":     kElementArray,
		"field_declaration":                   kField,
		"constant_declaration":                kConstant,
		"method_declaration":                  kMethod,
		"constructor_declaration":             kConstructor,
		"compact_constructor_declaration":     kCompactConstructor,
		"constructor_body":                    kConstructorBody,
		"explicit_constructor_invocation":     kConstructorCall,
		"static_initializer":                  kStaticInitializer,
		"formal_parameters":                   kParameters,
		"formal_parameter":                    kParameter,
		"spread_parameter":                    kSpreadParameter,
		"receiver_parameter":                  kReceiverParameter,
	},
	Tokens: map[string]syntax.Kind{
		"static":    kStatic,
		"transient": kTransient,
		"default":   kDefault,
	},
	Fields: map[string]syntax.Field{
		"alternative":    fAlternative,
		"arguments":      fArguments,
		"array":          fArray,
		"body":           fBody,
		"condition":      fCondition,
		"consequence":    fConsequence,
		"constructor":    fConstructor,
		"declarator":     fDeclarator,
		"dimensions":     fDimensions,
		"element":        fElement,
		"field":          fField,
		"index":          fIndex,
		"init":           fInit,
		"interfaces":     fInterfaces,
		"key":            fKey,
		"left":           fLeft,
		"name":           fName,
		"object":         fObject,
		"operand":        fOperand,
		"parameters":     fParameters,
		"pattern":        fPattern,
		"resources":      fResources,
		"right":          fRight,
		"superclass":     fSuperclass,
		"type":           fType,
		"type_arguments": fTypeArguments,
		"update":         fUpdate,
		"value":          fValue,
	},
	Leaves: []string{"scoped_identifier", "string_literal", "character_literal", "dimensions"},
	Drop: []string{
		"line_comment", "block_comment", "throws", "type_parameters", "permits", "module_declaration",
	},
}

// view is Java as this package sees it.
var view = syntax.Java.View(spec)
