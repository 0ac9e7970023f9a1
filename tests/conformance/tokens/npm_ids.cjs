// SPDX-License-Identifier: MIT
// The ids of npm tiktoken for texts on standard input, one JSON string a line; a line of ids each.
//     node npm_ids.cjs DIR ENCODING, with DIR/node_modules/tiktoken
const { get_encoding } = require(require('path').resolve(process.argv[2], 'node_modules/tiktoken'))
const encoding = get_encoding(process.argv[3])
for (const line of require('fs').readFileSync(0, 'utf8').split('\n')) {
  if (line) console.log(Array.from(encoding.encode_ordinary(JSON.parse(line))).join(' '))
}
