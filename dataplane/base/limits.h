// SPDX-License-Identifier: Apache-2.0
//
// Every maximum of the data plane, and the arithmetic that relates them. A maximum that an operator
// can set has its range here; one that is not here does not exist.
// Constants only. At a limit the answer is a defined refusal (DESIGN.md, decision 8).
#pragma once

#include <cstdint>

namespace penstock::base {

// --- Shape of the machine.
inline constexpr uint32_t kWorkersMax = 64;
inline constexpr uint32_t kPortsMax = 16;
inline constexpr uint32_t kInterfacesMax = 64;  // of all ports together, VLANs and untagged
inline constexpr uint32_t kAddressesPerInterfaceMax = 16;
inline constexpr uint32_t kVlanTagMax = 4094;
inline constexpr uint32_t kRoutesMax = 256;                   // static ones
inline constexpr uint32_t kGatewaysMax = 2 * kInterfacesMax;  // one for each family
inline constexpr uint32_t kBurstPackets = 32;
// Frames that wait for a port which is behind, and how many may wait before TCP keeps new data to
// itself: the rest is for ACKs, handshakes and what is under way.
inline constexpr uint32_t kStagedPacketsMax = 512;
inline constexpr uint32_t kStagedPacketsForData = 192;
// Frames on their way from one worker to one other.
inline constexpr uint32_t kMeshFramesMax = 512;

// Room of a packet buffer, unless a port's MTU wants more; and what Ethernet adds to an MTU, with a
// VLAN tag.
inline constexpr uint32_t kFrameBytesDefault = 2048;
inline constexpr uint32_t kEthernetBytesMax = 18;

// --- Neighbours (per worker).
inline constexpr uint32_t kNeighborsMax = 4096;
// A burst of connections to one backend that is not known yet fits.
inline constexpr uint32_t kPacketsPerUnresolvedNeighborMax = 64;
inline constexpr uint32_t kPacketsAwaitingNeighborsMax = 512;
inline constexpr uint32_t kEchoRepliesPerSecondMax = 1000;

// --- IPv6: what is walked before the upper layer is found.
inline constexpr uint32_t kIpv6ExtensionHeadersMax = 8;
inline constexpr uint32_t kIpv6ExtensionBytesMax = 256;

// --- TCP (per worker).
inline constexpr uint32_t kListenersMax = 256;
// A configuration may replace all listeners while clients of the old ones are still served.
inline constexpr uint32_t kListenerIdsMax = 4 * kListenersMax;
inline constexpr uint32_t kConnectionsDefault = 65'536;
inline constexpr uint32_t kConnectionsMax = 4'194'304;
inline constexpr uint32_t kHalfOpenDefault = 4096;
inline constexpr uint32_t kReceiveWindowBytes = 256 * 1024;
inline constexpr uint32_t kSendBufferBytes = 256 * 1024;
inline constexpr uint32_t kOutOfOrderRangesMax = 32;
inline constexpr uint32_t kTimeWaitDefault = 65'536;
inline constexpr uint32_t kTimeWaitSeconds = 60;  // 2 MSL
// Packet buffers that one connection's unread and out-of-order bytes may pin. A full window of
// full segments fits; a peer that sends crumbs is held back by this and not by bytes.
inline constexpr uint32_t kReceiveSlicesMax = 320;
inline constexpr uint32_t kSendSlicesMax = 512;  // packet buffers that unacknowledged bytes may pin
// A larger window may pin one more buffer for so many bytes.
inline constexpr uint32_t kWindowBytesPerSlice = 1024;
// Segments under way, each of which is remembered until it is acknowledged: of one connection, and
// of all connections of a worker beyond one each.
inline constexpr uint32_t kSentSegmentsMax = 4096;
inline constexpr uint32_t kSharedSegmentsPerConnection = 2;
inline constexpr uint32_t kSharedSegmentsMin = 4096;
// One connection in so many may hold out-of-order bytes at the same time.
inline constexpr uint32_t kConnectionsPerAssembler = 8;
inline constexpr uint32_t kSegmentSlicesMax = 8;  // payload slices chained behind one header
inline constexpr uint32_t kSegmentCopyBytesMax = 512;
// Bytes that we wrote ourselves a moment ago are in the cache: up to a segment of them is copied.
inline constexpr uint32_t kOwnCopyBytesMax = 1460;
// When this much of a worker's packet buffers is in use, nobody gets more than a little of the
// rest: without buffers not even an ACK could be received, and nothing would ever be freed.
inline constexpr uint32_t kBuffersHighPercent = 60;
inline constexpr uint32_t kBuffersCriticalPercent = 85;
inline constexpr uint32_t kReceiveSlicesAtHigh = 8;
inline constexpr uint32_t kReceiveSlicesAtCritical = 1;
inline constexpr uint32_t kSendBytesAtHigh = 16 * 1024;
inline constexpr uint32_t kSendBytesAtCritical = 4 * 1024;
inline constexpr uint32_t kSourcePortTriesMax = 256;
inline constexpr uint16_t kSourcePortLowest = 16'384;
inline constexpr uint32_t kChallengeAcksPerSecond = 1000;
inline constexpr uint32_t kResetsPerSecond = 1000;  // in answer to segments of no connection

// --- HTTP. Names and defaults as managed load balancers document them.
inline constexpr uint32_t kRequestLineBytesMax = 16 * 1024;
inline constexpr uint32_t kFieldLineBytesMax = 16 * 1024;
inline constexpr uint32_t kRequestHeadBytesMax = 64 * 1024;
inline constexpr uint32_t kResponseHeadBytesMax = 32 * 1024;
inline constexpr uint32_t kFieldsMax = 128;
inline constexpr uint32_t kEmptyLinesMax = 4;  // Before a request line (RFC 9112 2.2).
// What Connection may name in one message: each is compared with each field.
inline constexpr uint32_t kConnectionOptionsMax = 32;
inline constexpr uint32_t kChunkLineBytesMax = 256;
// Of all chunk lines of a body, beyond what chunks of their sizes need (chunk_decoder.h).
inline constexpr uint32_t kChunkExcessBytesMax = 16 * 1024;
inline constexpr uint32_t kTrailerBytesMax = 8 * 1024;
inline constexpr uint32_t kProxyHeaderBytesMax = 1024;  // PROXY protocol, with all that it adds
inline constexpr uint32_t kTrustedProxiesMax = 64;      // networks, looked through for each request
inline constexpr uint32_t kRequestIdBytesMax = 128;

// --- Rules and pools.
inline constexpr uint32_t kRulesMax = 16'384;
inline constexpr uint32_t kHostsPerRuleMax = 64;
inline constexpr uint32_t kHostBytesMax = 253;  // RFC 1035 2.3.4, in text form
inline constexpr uint32_t kRuleTextBytesMax = 2048;
inline constexpr uint32_t kFixedResponseBytesMax = 64 * 1024;
inline constexpr uint32_t kLocationBytesMax = kRequestLineBytesMax + 2 * kRuleTextBytesMax;
inline constexpr uint32_t kPoolsMax = 4096;
inline constexpr uint32_t kBackendsMax = 16'384;
inline constexpr uint32_t kBackendWeightMax = 256;
inline constexpr uint32_t kIdleConnectionsPerBackendDefault = 64;
inline constexpr uint32_t kRetryBudgetPercentDefault = 20;
// Retries that a worker allows a pool beside its budget, so that one of few requests is saved too.
inline constexpr uint32_t kRetriesPerSecondMin = 10;
// Retries that a pool may save up.
inline constexpr uint32_t kRetriesSavedMax = 100;

// --- Who may come, and how often.
inline constexpr uint32_t kNetworksPerListMax = 16'384;
inline constexpr uint32_t kRateLimitsMax = 256;
// Keys that all limits together remember, of all workers together.
inline constexpr uint32_t kTokenBuckets = 262'144;
inline constexpr uint32_t kTokensPerPeriodMax = 1'000'000;  // requests a second, or a minute
inline constexpr uint32_t kBurstTokensMax = 1'000'000;

// --- What an operator may set: the ends of ranges that no other section gives.
inline constexpr uint32_t kCoreIdMax = 1023;
inline constexpr uint32_t kMemoryMegabytesMin = 64;
inline constexpr uint32_t kMemoryMegabytesMax = 1'048'576;
inline constexpr uint32_t kPacketBuffersMin = 8192;  // several ports' rings and caches
inline constexpr uint32_t kPacketBuffersMax = 16'777'216;
inline constexpr uint32_t kMtuMin = 576;
inline constexpr uint32_t kMtuMinIpv6 = 1280;  // RFC 8200 5
inline constexpr uint32_t kMtuMax = 9000;      // packet buffers grow with it
inline constexpr uint32_t kConnectionsMin = 16;
inline constexpr uint32_t kHalfOpenMin = 16;
inline constexpr uint32_t kHeadBytesMin = 256;
inline constexpr uint32_t kFieldsMin = 8;
inline constexpr uint32_t kIdleConnectionsPerBackendMax = 65'536;
inline constexpr uint32_t kRetriesMax = 5;
inline constexpr uint32_t kRetryStatusMin = 400;
inline constexpr uint32_t kRetryStatusMax = 599;
inline constexpr uint32_t kPoolConnectionsMax = 16'777'216;
inline constexpr uint32_t kKeepAliveRequestsMax = 1'000'000'000;
inline constexpr uint32_t kBodyProgressBytesDefault = 1024;
inline constexpr uint32_t kBodyProgressBytesMax = 1u << 20;
inline constexpr uint32_t kTimeoutMsMin = 1;
inline constexpr uint32_t kTimeoutMsMax = 86'400'000;
inline constexpr uint32_t kTcpSecondsMax = 86'400;
inline constexpr uint32_t kUserTimeoutSecondsMin = 10;
inline constexpr uint32_t kKeepAliveProbesMax = 100;
inline constexpr uint32_t kTcpBufferBytesMin = 16 * 1024;
inline constexpr uint32_t kTcpBufferBytesMax = 64 * 1024 * 1024;
inline constexpr uint32_t kNameBytesMax = 64;
inline constexpr uint32_t kConditionBytesMax = 4096;
inline constexpr uint32_t kRespondBodyBytesMax = 16 * 1024;

// --- Messages between control and a worker.
inline constexpr uint32_t kMailboxMessages = 1024;
inline constexpr uint32_t kAccessRecordsMax = 8192;

static_assert(kRequestLineBytesMax <= kRequestHeadBytesMax);
static_assert(kHeadBytesMin <= kRequestLineBytesMax && kHeadBytesMin <= kFieldLineBytesMax);
static_assert(kHalfOpenMin <= kHalfOpenDefault && kConnectionsMin <= kConnectionsDefault);
static_assert(kFieldLineBytesMax <= kResponseHeadBytesMax);
static_assert(kRequestIdBytesMax < kHeadBytesMin && kNameBytesMax < kHeadBytesMin);
static_assert(kReceiveWindowBytes <= 0xffffu << 14, "beyond what window scale can say (RFC 7323)");
static_assert(kReceiveSlicesMax >= kReceiveWindowBytes / 1460, "bytes fill the window first");
static_assert(kSegmentCopyBytesMax <= 1460);
static_assert(kBuffersHighPercent < kBuffersCriticalPercent && kBuffersCriticalPercent < 100);
static_assert((kTokenBuckets & (kTokenBuckets - 1)) == 0);
// The largest bucket, filled by a token a minute, is full before the clock ends.
static_assert(kBurstTokensMax < INT64_MAX / 4 / 60'000'000'000);
static_assert(kReceiveSlicesAtCritical > 0, "a request of one segment is always heard");
static_assert((kStagedPacketsMax & (kStagedPacketsMax - 1)) == 0);
static_assert(kInterfacesMax >= kPortsMax && kInterfacesMax < UINT8_MAX);
static_assert(kPacketsPerUnresolvedNeighborMax <= kPacketsAwaitingNeighborsMax / 4,
              "one silent neighbour leaves room for others");
static_assert(kStagedPacketsForData < kStagedPacketsMax && kBurstPackets < kStagedPacketsForData);
static_assert((kMeshFramesMax & (kMeshFramesMax - 1)) == 0 && kBurstPackets < kMeshFramesMax);
static_assert((kMailboxMessages & (kMailboxMessages - 1)) == 0);
static_assert((kAccessRecordsMax & (kAccessRecordsMax - 1)) == 0);

}  // namespace penstock::base
