// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev The pricer's memory. Everything that one call computes lies at a fixed place: a word at a constant place costs half
/// of one reached through a pointer, and the loop over strikes names some thirty. `Workspaces.allocate` keeps the run free;
/// the structs of the workspace point into it. Names carry the struct; words are in the order of its members.
uint256 constant DESK = 0x700;

// Context of the board under way
uint256 constant CONTEXT_FORWARD = 0x700; // wad
uint256 constant CONTEXT_LN_FORWARD = 0x720; // Q96
uint256 constant CONTEXT_DISCOUNT = 0x740; // wad
uint256 constant CONTEXT_DELTA_SCALE = 0x760; // wad
uint256 constant CONTEXT_VARIANCE = 0x780; // Q64
uint256 constant CONTEXT_ROOT_TIME = 0x7a0; // Q96
uint256 constant CONTEXT_DECAY_TIME = 0x7c0; // seconds, Q32
uint256 constant CONTEXT_SLICE = 0x7e0;

// Its slice, as `Svi.unpack` gives it
uint256 constant SLICE_LEVEL = 0x800; // a, Q128
uint256 constant SLICE_SLOPE = 0x820; // b, Q64
uint256 constant SLICE_TILT = 0x840; // b rho, Q64
uint256 constant SLICE_CENTRE = 0x860; // m, Q64
uint256 constant SLICE_SIGMA = 0x880; // Q64
uint256 constant SLICE_SIGMA_SQUARE = 0x8a0; // Q128

// BookMargin
uint256 constant BOOK_MARGIN_SPOT = 0x8c0; // wad
uint256 constant BOOK_MARGIN_SHOCK = 0x8e0; // s, Q64
uint256 constant BOOK_MARGIN_SHOCKED_SPOT = 0x900; // wad
uint256 constant BOOK_MARGIN_SPOT_FLOOR = 0x920; // wad in Q64
uint256 constant BOOK_MARGIN_UNCERTAINTY = 0x940; // U, Q64
uint256 constant BOOK_MARGIN_KEPT = 0x960; // 1 - U, Q64
uint256 constant BOOK_MARGIN_CALL_SLOPE = 0x980; // (1 - U) s, Q64
uint256 constant BOOK_MARGIN_PUT_OFFSET = 0x9a0; // (1 - U) s S, wad in Q64
uint256 constant BOOK_MARGIN_MARK_FACTOR = 0x9c0; // Q64

// BoardSums, then what `StrikePass` leaves for `BoardMargin`: short lots times their strikes, and above SHORTS_SHIFT the lots
uint256 constant SUMS_DELTA = 0x9e0;
uint256 constant SUMS_STRIKES = 0xa00;
uint256 constant SUMS_TIME = 0xa20;
uint256 constant SUMS_GAUSSIAN = 0xa40;
uint256 constant SUMS_OVER_VOLATILITY = 0xa60;
uint256 constant SUMS_TIMES_VOLATILITY = 0xa80;
uint256 constant SUMS_CALL_MARGIN = 0xaa0;
uint256 constant SUMS_PUT_MARGIN = 0xac0;
uint256 constant SUMS_SHORT_CALLS = 0xae0;
uint256 constant SUMS_SHORT_PUTS = 0xb00;
/// @dev A few strikes of 112 bits times lots of 32 stay below.
uint256 constant SHORTS_SHIFT = 168;
uint256 constant SHORTS_ONE = 0x1000000000000000000000000000000000000000000; // 1 << SHORTS_SHIFT
uint256 constant SHORTS_MASK = 0xffffffffffffffffffffffffffffffffffffffffff;

// Total volatility and strike of the first and of the last strike with a position
uint256 constant FIRST_VOLATILITY = 0xb20;
uint256 constant FIRST_STRIKE = 0xb40;
uint256 constant LAST_VOLATILITY = 0xb60;
uint256 constant LAST_STRIKE = 0xb80;

// BoardSums of what the legs change
uint256 constant CHANGE_DELTA = 0xba0;

// BookValue of the board, then of the board with the legs
uint256 constant BOARD_BOOK = 0xca0;
uint256 constant BOARD_BOOK_AFTER = 0xd60;

// Exposure of the book
uint256 constant BEFORE_X = 0xe20;
uint256 constant BEFORE_VEGA = 0xe40;
uint256 constant BEFORE_VEGA_SQUARES = 0xe60;
uint256 constant BEFORE_GAMMA = 0xe80;
uint256 constant BEFORE_UTILISATION = 0xea0;

// Exposure of the book with the legs; until the last board is in, what they change
uint256 constant AFTER_X = 0xec0;
uint256 constant AFTER_VEGA = 0xee0;
uint256 constant AFTER_VEGA_SQUARES = 0xf00;
uint256 constant AFTER_GAMMA = 0xf20;
uint256 constant AFTER_UTILISATION = 0xf40;

// Context with spot at its average
uint256 constant AVERAGE_CONTEXT = 0xf60;

// Context of a slice that was replaced
uint256 constant OTHER_CONTEXT = 0x1060;

// MarginContext
uint256 constant MARGIN_UNCERTAINTY = 0x1160;
uint256 constant MARGIN_SHOCK = 0x1180;
uint256 constant MARGIN_SPOT = 0x11a0;
uint256 constant MARGIN_SHOCKED_SPOT = 0x11c0;
uint256 constant MARGIN_SPOT_FLOOR = 0x11e0;
uint256 constant MARGIN_MARK_FACTOR = 0x1200;
uint256 constant MARGIN_CALL_UPPER = 0x1220;
uint256 constant MARGIN_PUT_UPPER = 0x1240;

// Unit
uint256 constant UNIT = 0x1260;

// Workspace
uint256 constant WORK = 0x1380;
uint256 constant WORK_CALL_DELTA = 0x1460;
uint256 constant WORK_VEGA_BEFORE = 0x14a0;
uint256 constant WORK_VEGA_AFTER = 0x14c0;
uint256 constant WORK_EQUITY = 0x14e0;
uint256 constant WORK_SPOT = 0x1500;
uint256 constant WORK_FIRST_BOARD = 0x1560;
uint256 constant WORK_PARAMS = 0x1580;
uint256 constant WORK_SLICES = 0x15a0;
uint256 constant WORK_AVERAGES = 0x15c0;
uint256 constant WORK_LOTS = 0x15e0;
uint256 constant WORK_TIMESTAMP = 0x1600;
uint256 constant WORK_WINDOW = 0x1620;
uint256 constant WORK_RATE = 0x1640;
uint256 constant WORK_INDEX = 0x1760;
uint256 constant WORK_EXPIRY = 0x1780;
uint256 constant WORK_NODES = 0x17a0;
uint256 constant WORK_NODE_COUNT = 0x17c0;
uint256 constant WORK_TOUCHED = 0x1800;
uint256 constant WORK_VEGA_SCALE = 0x1860;
uint256 constant WORK_VEGA_WEIGHT = 0x1880;

// The answer: its offset, then `Priced` as it is ABI-encoded
uint256 constant ANSWER = 0x18c0;
uint256 constant ANSWER_PARTS = 0x18e0; // QuoteParts
uint256 constant ANSWER_BEFORE = 0x1a00; // BookValue
uint256 constant ANSWER_AFTER = 0x1ac0; // BookValue; until the last board is in, what the legs change
uint256 constant ANSWER_OFFSETS = 0x1b80; // of four arrays
uint256 constant ANSWER_ARRAYS = 0x1c00;
