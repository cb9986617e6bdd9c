// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev The pricer's memory. Everything that one call computes lies at a fixed place: a word at a constant place costs half
/// of one reached through a pointer, and the loop over strikes names some thirty. `Workspaces.allocate` keeps the run free;
/// the structs of the workspace point into it. Names carry the struct; words are in the order of its members.
uint256 constant DESK = 0x1c0;

// Context of the board under way
uint256 constant CONTEXT_FORWARD = 0x1c0; // wad
uint256 constant CONTEXT_LN_FORWARD = 0x1e0; // Q96
uint256 constant CONTEXT_DISCOUNT = 0x200; // wad
uint256 constant CONTEXT_DELTA_SCALE = 0x220; // wad
uint256 constant CONTEXT_VARIANCE = 0x240; // Q64
uint256 constant CONTEXT_VEGA_SCALE = 0x260; // wad
uint256 constant CONTEXT_DECAY_TIME = 0x280; // seconds, Q32
uint256 constant CONTEXT_SLICE = 0x2a0;

// Its slice, as `Svi.unpack` gives it, a, b and b rho times the variance
uint256 constant SLICE_LEVEL = 0x2c0; // a, Q192
uint256 constant SLICE_SLOPE = 0x2e0; // b, Q128
uint256 constant SLICE_TILT = 0x300; // b rho, Q128
uint256 constant SLICE_CENTRE = 0x320; // m, Q64
uint256 constant SLICE_SIGMA = 0x340; // Q64
uint256 constant SLICE_SIGMA_SQUARE = 0x360; // Q128

// What the margin of a book's strikes has in common: the values of a leg's, below, as factors in Q64
uint256 constant BOOK_MARGIN_SPOT = 0x380; // wad
uint256 constant BOOK_MARGIN_SHOCK = 0x3a0; // s, Q64
uint256 constant BOOK_MARGIN_SHOCKED_SPOT = 0x3c0; // wad
uint256 constant BOOK_MARGIN_SPOT_FLOOR = 0x3e0; // wad in Q64
uint256 constant BOOK_MARGIN_KEPT = 0x400; // 1 - U, Q64
uint256 constant BOOK_MARGIN_CALL_SLOPE = 0x420; // (1 - U) s, Q64
uint256 constant BOOK_MARGIN_PUT_OFFSET = 0x440; // (1 - U) s S, wad in Q64
uint256 constant BOOK_MARGIN_MARK_FACTOR = 0x460; // Q64

// BoardSums, then what the loop over strikes leaves for `BoardMargin`: short lots times their strikes, and above SHORTS_SHIFT the lots
uint256 constant SUMS_DELTA = 0x480;
uint256 constant SUMS_STRIKES = 0x4a0;
uint256 constant SUMS_TIME = 0x4c0;
uint256 constant SUMS_GAUSSIAN = 0x4e0;
uint256 constant SUMS_OVER_VOLATILITY = 0x500;
uint256 constant SUMS_TIMES_VOLATILITY = 0x520;
uint256 constant SUMS_CALL_MARGIN = 0x540;
uint256 constant SUMS_PUT_MARGIN = 0x560;
uint256 constant SUMS_SHORT_CALLS = 0x580;
uint256 constant SUMS_SHORT_PUTS = 0x5a0;
/// @dev A few strikes of 112 bits times lots of 32 stay below.
uint256 constant SHORTS_SHIFT = 168;
uint256 constant SHORTS_ONE = 0x1000000000000000000000000000000000000000000; // 1 << SHORTS_SHIFT
uint256 constant SHORTS_MASK = 0xffffffffffffffffffffffffffffffffffffffffff;

// Total volatility and strike of the first and of the last strike with a position
uint256 constant FIRST_VOLATILITY = 0x5c0;
uint256 constant FIRST_STRIKE = 0x5e0;
uint256 constant LAST_VOLATILITY = 0x600;
uint256 constant LAST_STRIKE = 0x620;

// Total volatility and strike of the one that `LegStrike` took; zero for none
uint256 constant LEG_VOLATILITY = 0x640;
uint256 constant LEG_STRIKE = 0x660;

// BoardSums of what the legs change
uint256 constant CHANGE_DELTA = 0x680;

// Exposure of the book
uint256 constant BEFORE_X = 0x780;
uint256 constant BEFORE_VEGA = 0x7a0;
uint256 constant BEFORE_VEGA_SQUARES = 0x7c0;
uint256 constant BEFORE_GAMMA = 0x7e0;
uint256 constant BEFORE_UTILISATION = 0x800;

// Exposure of the book with the legs; until the last board is in, what they change
uint256 constant AFTER_X = 0x820;
uint256 constant AFTER_VEGA = 0x840;
uint256 constant AFTER_VEGA_SQUARES = 0x860;
uint256 constant AFTER_GAMMA = 0x880;
uint256 constant AFTER_UTILISATION = 0x8a0;

// Context with spot at its average
uint256 constant AVERAGE_CONTEXT = 0x8c0;

// Context of a slice that was replaced
uint256 constant OTHER_CONTEXT = 0x9c0;

// What margin has in common, of a leg: its terms
uint256 constant MARGIN_UNCERTAINTY = 0xac0; // U(tau), wad
uint256 constant MARGIN_SHOCK = 0xae0; // s, wad
uint256 constant MARGIN_SPOT = 0xb00;
uint256 constant MARGIN_SHOCKED_SPOT = 0xb20; // s * spot
uint256 constant MARGIN_SPOT_FLOOR = 0xb40; // spot * floor, wad squared
uint256 constant MARGIN_MARK_FACTOR = 0xb60; // wad
uint256 constant MARGIN_CALL_UPPER = 0xb80; // wad
uint256 constant MARGIN_PUT_UPPER = 0xba0; // wad

// Unit
uint256 constant UNIT = 0xbc0;

// Positions of the board under way, as `Lots` packs them; the word behind them stays zero
uint256 constant LOTS = 0xce0;

// Workspace
uint256 constant WORK = 0xd80;
uint256 constant WORK_CALL_DELTA = 0xe00;
uint256 constant WORK_COLLATERAL = 0xe20;
uint256 constant WORK_VEGA_BEFORE = 0xe40;
uint256 constant WORK_VEGA_AFTER = 0xe60;
uint256 constant WORK_EQUITY = 0xe80;
uint256 constant WORK_SPOT = 0xea0;
uint256 constant WORK_HELD_SPOT = 0xec0;
uint256 constant WORK_FIRST_BOARD = 0xf20;
uint256 constant WORK_PARAMS = 0xf40;
uint256 constant WORK_SLICES = 0xf60;
uint256 constant WORK_AVERAGES = 0xf80;
uint256 constant WORK_LOTS = 0xfa0;
uint256 constant WORK_TIMESTAMP = 0xfc0;
uint256 constant WORK_WINDOW = 0xfe0;
uint256 constant WORK_RATE = 0x1000;
uint256 constant WORK_FAIR_AT_MARK = 0x1020;
uint256 constant WORK_FAIR_AT_AVERAGE = 0x1040;
uint256 constant WORK_LEAST_AT_MARK = 0x1060;
uint256 constant WORK_LEAST_AT_AVERAGE = 0x1080;
uint256 constant WORK_SPREAD = 0x10a0;
uint256 constant WORK_LATENCY = 0x10c0;
uint256 constant WORK_CARRY = 0x10e0;
uint256 constant WORK_FEE = 0x1100;
uint256 constant WORK_INDEX = 0x1120;
uint256 constant WORK_EXPIRY = 0x1140;
uint256 constant WORK_NODES = 0x1160;
uint256 constant WORK_NODE_COUNT = 0x1180;
uint256 constant WORK_TAU = 0x11a0;
uint256 constant WORK_TOUCHED = 0x11c0;
uint256 constant WORK_APART = 0x1220;
uint256 constant WORK_RISK_ONLY = 0x1240;

// The answer: its offset, then `Priced` as it is ABI-encoded
uint256 constant ANSWER = 0x1260;
uint256 constant ANSWER_PARTS = 0x1280; // QuoteParts
uint256 constant ANSWER_BEFORE = 0x13a0; // BookValue
uint256 constant ANSWER_AFTER = 0x1460; // BookValue; until the last board is in, what the legs change
uint256 constant ANSWER_OFFSETS = 0x1520; // of four arrays
uint256 constant ANSWER_ARRAYS = 0x15a0;
