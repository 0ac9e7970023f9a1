// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// What centavo needs from the compiler, and the macros that select its form.

#if defined(_MSVC_LANG) ? _MSVC_LANG < 202002L : __cplusplus < 202002L
#error "centavo needs C++20: compile with -std=c++20 or later"
#endif
#ifndef __SIZEOF_INT128__
#error "centavo needs __int128: compile with g++ or clang for a 64-bit platform; MSVC is not supported"
#endif

// The compiled form has an inline namespace of its own, so that mixing both forms across an interface is a link error
// and never two definitions of one symbol.
#ifdef CENTAVO_COMPILED
#define CENTAVO_ABI c0
#define CENTAVO_INLINE
#else
#define CENTAVO_ABI v0
#define CENTAVO_INLINE inline
#endif

// The exceptions' type information is one object across shared libraries, whatever -fvisibility a user compiles with.
#define CENTAVO_VISIBLE [[gnu::visibility("default")]]

namespace centavo::detail {}  // namespace centavo::detail
