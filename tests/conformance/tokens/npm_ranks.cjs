// SPDX-License-Identifier: MIT
// A vocabulary of npm tiktoken as the published rank file, on standard output.
//     node npm_ranks.cjs DIR ENCODING, with DIR/node_modules/tiktoken
const { join, resolve } = require('path')
const package = resolve(process.argv[2], 'node_modules/tiktoken')
const { bpe_ranks } = require(join(package, 'encoders', process.argv[3] + '.json'))
for (const line of bpe_ranks.split('\n').filter(Boolean)) {
  const [, first, ...tokens] = line.split(' ')
  console.log(tokens.map((token, i) => token + ' ' + (Number(first) + i)).join('\n'))
}
