// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev The pricer's memory. Everything that one call computes lies at a fixed place: a word at a constant place costs half
/// of one reached through a pointer, and the loop over strikes names some thirty. `Workspaces.allocate` keeps the run free;
/// the structs of the workspace point into it. Names carry the struct; words are in the order of its members.
uint256 constant DESK = 0x500;

// Context of the board under way
uint256 constant CONTEXT_FORWARD = 0x500; // wad
uint256 constant CONTEXT_LN_FORWARD = 0x520; // Q96
uint256 constant CONTEXT_DISCOUNT = 0x540; // wad
uint256 constant CONTEXT_DELTA_SCALE = 0x560; // wad
uint256 constant CONTEXT_VARIANCE = 0x580; // Q64
uint256 constant CONTEXT_VEGA_SCALE = 0x5a0; // wad
uint256 constant CONTEXT_DECAY_TIME = 0x5c0; // seconds, Q32
uint256 constant CONTEXT_SLICE = 0x5e0;

// Its slice, as `Svi.unpack` gives it, a, b and b rho times the variance
uint256 constant SLICE_LEVEL = 0x600; // a, Q192
uint256 constant SLICE_SLOPE = 0x620; // b, Q128
uint256 constant SLICE_TILT = 0x640; // b rho, Q128
uint256 constant SLICE_CENTRE = 0x660; // m, Q64
uint256 constant SLICE_SIGMA = 0x680; // Q64
uint256 constant SLICE_SIGMA_SQUARE = 0x6a0; // Q128

// BookMargin
uint256 constant BOOK_MARGIN_SPOT = 0x6c0; // wad
uint256 constant BOOK_MARGIN_SHOCK = 0x6e0; // s, Q64
uint256 constant BOOK_MARGIN_SHOCKED_SPOT = 0x700; // wad
uint256 constant BOOK_MARGIN_SPOT_FLOOR = 0x720; // wad in Q64
uint256 constant BOOK_MARGIN_KEPT = 0x740; // 1 - U, Q64
uint256 constant BOOK_MARGIN_CALL_SLOPE = 0x760; // (1 - U) s, Q64
uint256 constant BOOK_MARGIN_PUT_OFFSET = 0x780; // (1 - U) s S, wad in Q64
uint256 constant BOOK_MARGIN_MARK_FACTOR = 0x7a0; // Q64

// BoardSums, then what `StrikePass` leaves for `BoardMargin`: short lots times their strikes, and above SHORTS_SHIFT the lots
uint256 constant SUMS_DELTA = 0x7c0;
uint256 constant SUMS_STRIKES = 0x7e0;
uint256 constant SUMS_TIME = 0x800;
uint256 constant SUMS_GAUSSIAN = 0x820;
uint256 constant SUMS_OVER_VOLATILITY = 0x840;
uint256 constant SUMS_TIMES_VOLATILITY = 0x860;
uint256 constant SUMS_CALL_MARGIN = 0x880;
uint256 constant SUMS_PUT_MARGIN = 0x8a0;
uint256 constant SUMS_SHORT_CALLS = 0x8c0;
uint256 constant SUMS_SHORT_PUTS = 0x8e0;
/// @dev A few strikes of 112 bits times lots of 32 stay below.
uint256 constant SHORTS_SHIFT = 168;
uint256 constant SHORTS_ONE = 0x1000000000000000000000000000000000000000000; // 1 << SHORTS_SHIFT
uint256 constant SHORTS_MASK = 0xffffffffffffffffffffffffffffffffffffffffff;

// Total volatility and strike of the first and of the last strike with a position
uint256 constant FIRST_VOLATILITY = 0x900;
uint256 constant FIRST_STRIKE = 0x920;
uint256 constant LAST_VOLATILITY = 0x940;
uint256 constant LAST_STRIKE = 0x960;

// BoardSums of what the legs change
uint256 constant CHANGE_DELTA = 0x980;

// Exposure of the book
uint256 constant BEFORE_X = 0xa80;
uint256 constant BEFORE_VEGA = 0xaa0;
uint256 constant BEFORE_VEGA_SQUARES = 0xac0;
uint256 constant BEFORE_GAMMA = 0xae0;
uint256 constant BEFORE_UTILISATION = 0xb00;

// Exposure of the book with the legs; until the last board is in, what they change
uint256 constant AFTER_X = 0xb20;
uint256 constant AFTER_VEGA = 0xb40;
uint256 constant AFTER_VEGA_SQUARES = 0xb60;
uint256 constant AFTER_GAMMA = 0xb80;
uint256 constant AFTER_UTILISATION = 0xba0;

// Context with spot at its average
uint256 constant AVERAGE_CONTEXT = 0xbc0;

// Context of a slice that was replaced
uint256 constant OTHER_CONTEXT = 0xcc0;

// MarginContext
uint256 constant MARGIN_UNCERTAINTY = 0xdc0;
uint256 constant MARGIN_SHOCK = 0xde0;
uint256 constant MARGIN_SPOT = 0xe00;
uint256 constant MARGIN_SHOCKED_SPOT = 0xe20;
uint256 constant MARGIN_SPOT_FLOOR = 0xe40;
uint256 constant MARGIN_MARK_FACTOR = 0xe60;
uint256 constant MARGIN_CALL_UPPER = 0xe80;
uint256 constant MARGIN_PUT_UPPER = 0xea0;

// Unit
uint256 constant UNIT = 0xec0;

// Positions of the board under way, as `Lots` packs them, and a word of zeros
uint256 constant LOTS = 0xfe0;
uint256 constant LOTS_END = 0x1060;

// Workspace
uint256 constant WORK = 0x1080;
uint256 constant WORK_CALL_DELTA = 0x1160;
uint256 constant WORK_COLLATERAL = 0x1180;
uint256 constant WORK_VEGA_BEFORE = 0x11a0;
uint256 constant WORK_VEGA_AFTER = 0x11c0;
uint256 constant WORK_EQUITY = 0x11e0;
uint256 constant WORK_SPOT = 0x1200;
uint256 constant WORK_HELD_SPOT = 0x1220;
uint256 constant WORK_FIRST_BOARD = 0x1280;
uint256 constant WORK_PARAMS = 0x12a0;
uint256 constant WORK_SLICES = 0x12c0;
uint256 constant WORK_AVERAGES = 0x12e0;
uint256 constant WORK_LOTS = 0x1300;
uint256 constant WORK_TIMESTAMP = 0x1320;
uint256 constant WORK_WINDOW = 0x1340;
uint256 constant WORK_RATE = 0x1360;
uint256 constant WORK_FAIR_AT_MARK = 0x1380;
uint256 constant WORK_FAIR_AT_AVERAGE = 0x13a0;
uint256 constant WORK_LEAST_AT_MARK = 0x13c0;
uint256 constant WORK_LEAST_AT_AVERAGE = 0x13e0;
uint256 constant WORK_SPREAD = 0x1400;
uint256 constant WORK_LATENCY = 0x1420;
uint256 constant WORK_CARRY = 0x1440;
uint256 constant WORK_FEE = 0x1460;
uint256 constant WORK_INDEX = 0x1480;
uint256 constant WORK_EXPIRY = 0x14a0;
uint256 constant WORK_NODES = 0x14c0;
uint256 constant WORK_NODE_COUNT = 0x14e0;
uint256 constant WORK_TAU = 0x1500;
uint256 constant WORK_TOUCHED = 0x1520;
uint256 constant WORK_APART = 0x1580;

// The answer: its offset, then `Priced` as it is ABI-encoded
uint256 constant ANSWER = 0x15a0;
uint256 constant ANSWER_PARTS = 0x15c0; // QuoteParts
uint256 constant ANSWER_BEFORE = 0x16e0; // BookValue
uint256 constant ANSWER_AFTER = 0x17a0; // BookValue; until the last board is in, what the legs change
uint256 constant ANSWER_OFFSETS = 0x1860; // of four arrays
uint256 constant ANSWER_ARRAYS = 0x18e0;
