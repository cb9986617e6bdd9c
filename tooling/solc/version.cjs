'use strict'
// Written down, so that `--version` needs no 9 MB of wasm. The unit test compares it with what the compiler says.
exports.VERSION = '0.8.37+commit.f401782d.Emscripten.clang'
