"""Writes down what the names given on standard input are in the installed
packages: {"names": [...]} in, {name: signature} out. Names that do not exist
are left out. See index/client/signatures for the form."""

import builtins
import importlib
import inspect
import json
import re
import sys
import warnings


def find(dotted):
    parts = dotted.split(".")
    if len(parts) == 1 and hasattr(builtins, dotted):
        return None, getattr(builtins, dotted)
    for n in range(len(parts), 0, -1):
        try:
            at = importlib.import_module(".".join(parts[:n]))
        except Exception:
            continue
        owner = None
        for i, part in enumerate(parts[n:]):
            owner, before = at, at
            try:
                at = inspect.getattr_static(at, part) if inspect.isclass(at) else getattr(at, part)
            except AttributeError:
                if i == len(parts) - n - 1 and inspect.isclass(before) and keeps(before, part):
                    return before, "field"
                return None
        return owner, at
    return None


def keeps(cls, name):
    """Whether objects of a class have an attribute that the class itself lacks."""
    for base in cls.__mro__:
        if name in getattr(base, "__annotations__", {}) or name in getattr(base, "__slots__", ()):
            return True
        try:
            if re.search(r"\bself\.%s\b\s*(:[^=]+)?=" % re.escape(name), inspect.getsource(base)):
                return True
        except (OSError, TypeError):
            pass
    return name in (cls.__doc__ or "")


def params(call, bound):
    """The parameters of a callable, and whether it takes any keyword."""
    try:
        sig = inspect.signature(call)
    except (ValueError, TypeError):
        return documented(call)
    out, open_ = [], False
    for p in list(sig.parameters.values())[1 if bound else 0:]:
        if p.kind == p.VAR_POSITIONAL:
            out.append("*" + p.name)
        elif p.kind == p.VAR_KEYWORD:
            open_ = True
        elif p.kind == p.KEYWORD_ONLY:
            out.append("=" + p.name)
        else:
            out.append(p.name)
    if out and out[0] == "*args" and open_:  # a wrapper that hides them, or C code
        told = documented(call)
        if told:
            return told
    return out, open_


def documented(call):
    """What the first line of a C function's documentation says."""
    doc = inspect.getdoc(call) or ""
    name = getattr(call, "__name__", "")
    m = re.search(r"(?:py:function::\s*)?\b%s\((.*?)\)\s*(?:->.*)?$" % re.escape(name), doc, re.M)
    if not m:
        return None
    out, open_ = [], False
    for word in m.group(1).replace("[", "").replace("]", "").split(","):
        word = word.split("=")[0].split(":")[0].strip()
        if word.startswith("**"):
            open_ = True
        elif word.startswith("*"):
            out.append(word)
        elif word and word != "/":
            out.append(word)
    return out, open_


def describe(owner, thing):
    if thing == "field" and isinstance(thing, str):
        return {"kind": "field"}
    if inspect.ismodule(thing):
        return {"kind": "module"}
    bound = inspect.isclass(owner) and not isinstance(thing, staticmethod)
    if isinstance(thing, (staticmethod, classmethod)):
        thing = thing.__func__
    if inspect.isclass(thing):
        out = {"kind": "type"}
        got = params(thing, False)
        try:
            inspect.signature(thing)
        except (ValueError, TypeError):  # C code: its documentation says nothing of keywords
            got = (got[0] if got else ["*args"], True)
        keys = {}
        for base in reversed(thing.__mro__):
            keys.update(getattr(base, "DEFAULT_CONFIG", None) or {})
        if keys:
            out["keys"] = sorted(keys)
            if got:
                got = (got[0], False)
    elif callable(thing):
        out = {"kind": "function"}
        got = params(thing, bound)
    else:
        out = {"kind": "field"}
        got = params(type(thing).__call__, True) if callable(type(thing)) and hasattr(type(thing), "__call__") else None
    if inspect.isclass(thing) and "__call__" in vars(thing):  # its objects are called as well
        called = params(thing.__call__, True) or (["*args"], True)
        out.setdefault("calls", []).append(called[0])
        if called[1]:
            out["open"] = True
    if got:
        if got[0] or out["kind"] != "field":
            out.setdefault("calls", []).append(got[0])
        if got[1]:
            out["open"] = True
    elif out["kind"] != "field":
        out["calls"], out["open"] = [["*args"]], True
    return out


def main():
    warnings.simplefilter("ignore")
    out = {}
    for name in json.load(sys.stdin)["names"]:
        try:
            found = find(name)
            if found:
                out[name] = describe(*found)
        except Exception as e:  # a library that breaks while it is looked at
            print(f"{name}: {e!r}", file=sys.stderr)
    json.dump(out, sys.stdout)


main()
