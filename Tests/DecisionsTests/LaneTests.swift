import Testing
@Suite struct LaneTests {}
