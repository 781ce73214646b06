// The same sums as workers/decoding/outline.py: the best tokens one by one, the others in a histogram.
// An outline: {best: [log-probability, …] from the best on, tail: [[mean log-probability, how many], …]}

// Chances of the best tokens and of the bins of the rest at a temperature; 0 leaves only the best token.
export function chances({ best, tail }, temperature) {
  if (temperature === 0) return { best: best.map((_, place) => (place ? 0 : 1)), tail: tail.map(() => 0) };
  const weights = [
    ...best.map((logprob) => logprob / temperature),
    ...tail.map(([mean, count]) => mean / temperature + Math.log(count)),
  ];
  const most = Math.max(...weights);
  const sum = weights.reduce((total, weight) => total + Math.exp(weight - most), 0);
  const shares = weights.map((weight) => Math.exp(weight - most) / sum);
  return { best: shares.slice(0, best.length), tail: shares.slice(best.length) };
}

// Shannon entropy in bits.
export function entropy(outline, temperature) {
  const { best, tail } = chances(outline, temperature);
  const bits = (share, count) => (share > 0 ? -share * Math.log2(share / count) : 0);
  const sum = best.reduce((total, share) => total + bits(share, 1), 0)
    + tail.reduce((total, share, place) => total + bits(share, outline.tail[place][1]), 0);
  return Math.abs(sum);
}

// How many of the best tokens reach `topP` together; null when that needs more than are told one by one.
export function nucleus(outline, temperature, topP) {
  let total = 0;
  const { best } = chances(outline, temperature);
  for (const [place, share] of best.entries()) {
    total += share;
    if (total >= topP - 1e-9) return place + 1;
  }
  return outline.tail.length ? null : best.length;
}

// What can be drawn: chances after temperature and top-p, for the best tokens.
export function drawable(outline, temperature, topP) {
  const { best } = chances(outline, temperature);
  const count = nucleus(outline, temperature, topP);
  if (count === null) return best;
  const kept = best.slice(0, count);
  const sum = kept.reduce((total, share) => total + share, 0);
  return best.map((share, place) => (place < count ? share / sum : 0));
}
