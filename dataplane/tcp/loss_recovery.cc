// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/loss_recovery.h"

#include <algorithm>
#include <span>

#include "dataplane/tcp/path_mtu.h"
#include "dataplane/tcp/shared.h"

namespace penstock::tcp {

namespace {

// One acknowledgment, and what it newly says.
struct News {
  const Segment& segment;
  base::Instant now;
  Seq una_before;
  uint32_t in_flight_before = 0;
  bool advances = false;
  bool reports_duplicate = false;   // D-SACK
  bool original_delivered = false;  // a segment that was sent once, from before the time-out
  bool found_lost = false;
  bool has_retransmission = false;  // what was sent again is among what is delivered
  base::Instant resent_at = {};     // when the latest of it left
  uint32_t delivered = 0;
  base::Duration sample = {};  // zero: none
};

std::span<const wire::SackBlock> sack_blocks(const Connection& connection,
                                             const Segment& segment) noexcept {
  if (!connection.handshake.sack) return {};
  return std::span(segment.options.sack_blocks).first(segment.options.sack_blocks_count);
}

// RFC 2883 4: the first block lies below the ACK, or within the second.
bool is_duplicate_report(std::span<const wire::SackBlock> blocks, Seq ack) noexcept {
  if (blocks.empty()) return false;
  if (Seq(blocks[0].right) <= ack) return true;
  return blocks.size() > 1 && Seq(blocks[1].left) <= Seq(blocks[0].left) &&
         Seq(blocks[0].right) <= Seq(blocks[1].right);
}

// RFC 3522: the ACK echoes what left before `sent_at`; an ACK without an echo says nothing of it.
bool echoes_before(const Connection& connection, const Segment& segment,
                   base::Instant sent_at) noexcept {
  const auto& stamps = segment.options.timestamps;
  return connection.timestamps.enabled() && stamps &&
         Timestamps::is_before(stamps->echo_reply, connection.timestamps.value(sent_at));
}

// RFC 8985 6.2 step 2: an ACK that comes sooner than any can is for an earlier transmission; and
// while a time-out is in doubt, every one may be.
bool is_ambiguous(const Connection& connection, const SentSegment& sent,
                  const News& news) noexcept {
  if (!sent.retransmitted) return false;
  if (connection.sending.loss.timeout_in_doubt) return true;
  if (news.now - sent.sent_at < connection.sending.rtt.minimum()) return true;
  return echoes_before(connection, news.segment, sent.sent_at);
}

// Karn's algorithm: an ACK that covers what was sent again measures nothing, not even by segments
// that were sent once: they may have waited behind it, or for an ACK that was lost. An echo of the
// latest transmission, or of a later one, takes the doubt away (RFC 7323 4.1).
base::Duration covered_sample(const Connection& connection, const News& news) noexcept {
  if (!news.has_retransmission) return news.sample;
  if (!connection.timestamps.enabled()) return {};
  if (echoes_before(connection, news.segment, news.resent_at)) return {};
  return news.now - news.resent_at;
}

// Steps 1 and 2: what is newly delivered leaves the scoreboard or is marked there.
void note_delivered(Connection& connection, News& news) noexcept {
  Sending& sending = connection.sending;
  SegmentCells& cells = connection.shared.segments;
  const auto visit = [&](const SentSegment& sent) {
    if (!sent.retransmitted) {
      if (news.sample == base::Duration()) news.sample = news.now - sent.sent_at;
      news.original_delivered |= sent.end <= sending.loss.recover;
    } else {
      news.has_retransmission = true;
      news.resent_at = std::max(news.resent_at, sent.sent_at);
    }
    if (connection.handshake.sack && !is_ambiguous(connection, sent, news)) {
      sending.loss.rack.on_delivered(sent, news.now);
    }
  };
  const uint32_t sacked_before = sending.scoreboard.sacked_bytes();
  sending.scoreboard.acknowledge(sending.una, cells, visit);
  news.sample = covered_sample(connection, news);
  news.delivered = bytes_between(news.una_before, sending.una) -
                   (sacked_before - sending.scoreboard.sacked_bytes());
  const auto blocks = sack_blocks(connection, news.segment);
  if (blocks.empty()) return;
  const uint32_t still_sacked = sending.scoreboard.sacked_bytes();
  sending.scoreboard.apply(blocks, cells, visit);
  news.delivered += sending.scoreboard.sacked_bytes() - still_sacked;
  news.reports_duplicate = is_duplicate_report(blocks, sending.una);
}

// RFC 3168 6.1.2: the answer to a mark is that to a loss, without anything to send again. In
// recovery the window is on its way down already.
void obey_echo(Connection& connection, const News& news) noexcept {
  Sending& sending = connection.sending;
  if (sending.loss.phase != LossPhase::Open) return;
  if (!connection.echo.on_acknowledgment(news.segment.flags, sending.una, sending.nxt)) return;
  connection.shared.counters.congestion_echoes.add();
  sending.congestion.on_recovery_started(
      std::min(news.in_flight_before, sending.congestion.window()));
  sending.congestion.on_recovery_ended();
}

// Loss was an illusion: the originals were only late.
void forget_losses(Connection& connection) noexcept {
  Sending& sending = connection.sending;
  sending.congestion.undo();
  sending.scoreboard.for_each(connection.shared.segments, [&](SentSegment& sent) {
    if (sent.fate == Fate::Lost) sending.scoreboard.mark_in_flight(sent);
    return true;
  });
  sending.loss.phase = LossPhase::Open;
  sending.loss.timeout_in_doubt = false;
}

// RFC 3522: the ACK echoes a time stamp from before the retransmission. RFC 5682 3.1: it is for a
// segment that was not sent again.
void doubt_timeout(Connection& connection, const News& news) noexcept {
  Sending& sending = connection.sending;
  if (sending.loss.phase != LossPhase::TimedOut || !sending.loss.timeout_in_doubt) return;
  const auto& stamps = news.segment.options.timestamps;
  const bool echoes_original =
      news.advances && connection.timestamps.enabled() && stamps &&
      Timestamps::is_before(stamps->echo_reply, sending.loss.timeout_stamp);
  const bool acknowledges_original = connection.handshake.sack && news.original_delivered;
  if (echoes_original || acknowledges_original) {
    connection.shared.counters.timeouts_spurious.add();
    forget_losses(connection);
  }
  if (news.advances) sending.loss.timeout_in_doubt = false;
}

// RFC 2883: all that was sent again had arrived.
void doubt_recovery(Connection& connection, const News& news) noexcept {
  Loss& loss = connection.sending.loss;
  if (!news.reports_duplicate) return;
  connection.shared.counters.duplicates_reported.add();
  loss.rack.on_duplicate_reported(connection.sending.una, connection.sending.nxt);
  if (loss.unproven == 0 || loss.phase == LossPhase::TimedOut) return;
  if (--loss.unproven > 0) return;
  connection.shared.counters.recoveries_spurious.add();
  forget_losses(connection);
}

void detect_by_time(Connection& connection, base::Instant now, News* news) noexcept {
  Sending& sending = connection.sending;
  const Rack::Verdict verdict =
      sending.loss.rack.detect(sending.scoreboard, connection.shared.segments,
                               {.rtt_minimum = sending.rtt.minimum(),
                                .rtt_smoothed = sending.rtt.smoothed(),
                                .in_recovery = sending.loss.phase != LossPhase::Open},
                               now);
  const bool in_doubt = verdict.wait > base::Duration();
  sending.loss.reorder_at = in_doubt ? now + verdict.wait : base::Instant::never();
  if (news != nullptr) news->found_lost |= verdict.found_lost;
}

// RFC 5681 2: the same number again, with data in flight and nothing else new.
bool is_duplicate_ack(const Sending& sending, const Segment& segment) noexcept {
  return segment.ack == sending.una && sending.una < sending.nxt && segment.length() == 0 &&
         uint32_t{segment.window} << sending.window_shift == sending.window && sending.window > 0;
}

bool mark_first_lost(Connection& connection) noexcept {
  SackScoreboard& scoreboard = connection.sending.scoreboard;
  SentSegment* first = scoreboard.first(connection.shared.segments);
  if (first == nullptr || first->fate != Fate::InFlight || first->retransmitted) return false;
  scoreboard.split(*first, connection.sending.mss, connection.shared.segments);
  scoreboard.mark_lost(*first);
  return true;
}

// RFC 6582 3.2 step 2 and 4.1: behind what went out before the last loss, duplicates are of that
// loss, unless the ACK before them was for so little that few segments can have been repeated.
bool duplicates_show_loss(const Sending& sending) noexcept {
  if (sending.una > sending.loss.recover) return true;
  return sending.congestion.window() > sending.mss &&
         sending.loss.last_advance <= Loss::kSmallAdvanceSegments * sending.mss;
}

// RFC 5681 3.2 and RFC 6582 3.2, for peers without SACK.
void count_duplicates(Connection& connection, News& news) noexcept {
  Sending& sending = connection.sending;
  Loss& loss = sending.loss;
  if (news.advances) {
    // In recovery, each ACK that is not for all shows the next segment that is missing.
    const uint32_t segments = news.delivered / sending.mss;
    loss.duplicates -= std::min(loss.duplicates, std::max(segments, 1u) - 1);
    loss.last_advance = news.delivered;
    if (loss.phase == LossPhase::Recovery && sending.una < loss.recover) {
      news.found_lost = mark_first_lost(connection);
    } else {
      loss.duplicates = 0;
    }
    return;
  }
  if (!is_duplicate_ack(sending, news.segment)) return;
  // Each says that one of the segments behind the first has left the network.
  if (loss.duplicates + 1 >= sending.scoreboard.count()) return;
  if (loss.phase == LossPhase::Open && loss.duplicates + 1 == Loss::kDuplicateThreshold) {
    news.found_lost = duplicates_show_loss(sending) && mark_first_lost(connection);
    if (!news.found_lost) return;
  }
  news.delivered = sending.mss;
  ++loss.duplicates;
}

// RFC 8985 7.4: what the probe of the tail has shown.
void settle_tail_probe(Connection& connection, const News& news) noexcept {
  Sending& sending = connection.sending;
  TailProbe& probe = sending.loss.tail_probe;
  if (!probe.under_way || sending.una < probe.end) return;
  const auto blocks = sack_blocks(connection, news.segment);
  const bool arrived_twice = news.reports_duplicate && Seq(blocks[0].right) == probe.end;
  const bool repeats = !news.advances && blocks.empty();
  if (!probe.was_retransmission || arrived_twice || repeats) {
    probe.under_way = false;
  } else if (sending.una > probe.end) {
    // The last segment had been lost, and the probe has mended it unseen.
    probe.under_way = false;
    sending.congestion.on_recovery_started(
        std::min(news.in_flight_before, sending.congestion.window()));
    sending.congestion.on_recovery_ended();
  }
}

void begin_recovery(Connection& connection, const News& news) noexcept {
  Sending& sending = connection.sending;
  const uint32_t flight = bytes_between(news.una_before, sending.nxt);
  connection.shared.counters.fast_retransmits.add();
  sending.loss.phase = LossPhase::Recovery;
  sending.loss.recover = sending.nxt;
  sending.loss.unproven = 0;
  sending.loss.prr.start(flight);
  sending.congestion.on_recovery_started(std::min(flight, sending.congestion.window()));
}

void follow_phase(Connection& connection, const News& news) noexcept {
  Sending& sending = connection.sending;
  Loss& loss = sending.loss;
  if (loss.phase != LossPhase::Open && sending.una >= loss.recover) {
    if (loss.phase == LossPhase::Recovery) {
      sending.congestion.on_recovery_ended();
      loss.rack.on_recovery_ended();
    }
    loss.phase = LossPhase::Open;
    loss.duplicates = 0;
  }
  if (loss.phase == LossPhase::Open && news.found_lost) begin_recovery(connection, news);
  if (loss.phase != LossPhase::Recovery) return;
  sending.congestion.set_window(
      loss.prr.window({.delivered = news.delivered,
                       .in_flight = sending.in_flight(),
                       .makes_progress = news.advances && !news.found_lost},
                      sending.congestion.threshold(), sending.mss));
}

void grow_window(Connection& connection, const News& news) noexcept {
  Sending& sending = connection.sending;
  // A window that the user does not fill is not tested, so it does not grow (RFC 7661).
  const bool was_limited = news.in_flight_before >= sending.congestion.window() / 2;
  if (!news.advances || !was_limited || sending.loss.phase == LossPhase::Recovery) return;
  sending.congestion.on_acknowledged({.bytes = bytes_between(news.una_before, sending.una),
                                      .rtt = sending.rtt.smoothed(),
                                      .now = news.now});
}

// A peer that takes back what it said it has (RFC 2018 8) is believed by the ACK alone.
void forget_sacks_if_reneged(Connection& connection) noexcept {
  SackScoreboard& scoreboard = connection.sending.scoreboard;
  const SentSegment* first = scoreboard.first(connection.shared.segments);
  if (first == nullptr || first->fate != Fate::Sacked) return;
  scoreboard.for_each(connection.shared.segments, [&](SentSegment& sent) {
    if (sent.fate == Fate::Sacked) scoreboard.mark_in_flight(sent);
    return true;
  });
}

}  // namespace

void take_acknowledgment(Connection& connection, const Segment& segment,
                         base::Instant now) noexcept {
  Sending& sending = connection.sending;
  const bool was_plain = sending.scoreboard.is_plain();
  News news{.segment = segment,
            .now = now,
            .una_before = sending.una,
            .in_flight_before = sending.in_flight(),
            .advances = segment.ack > sending.una};
  sending.una = segment.ack;
  note_delivered(connection, news);
  if (news.sample > base::Duration()) {
    sending.rtt.on_sample(news.sample, sending.una, sending.nxt, now);
  }
  obey_echo(connection, news);
  doubt_timeout(connection, news);
  doubt_recovery(connection, news);
  if (!connection.handshake.sack) {
    count_duplicates(connection, news);
  } else if (!was_plain || !sending.scoreboard.is_plain()) {
    detect_by_time(connection, now, &news);
  }
  settle_tail_probe(connection, news);
  const bool was_recovering = sending.loss.phase == LossPhase::Recovery;
  follow_phase(connection, news);
  if (!was_recovering) grow_window(connection, news);
}

void on_reorder_deadline(Connection& connection, base::Instant now) noexcept {
  const Segment nothing;
  News news{.segment = nothing,
            .now = now,
            .una_before = connection.sending.una,
            .in_flight_before = connection.sending.in_flight()};
  detect_by_time(connection, now, &news);
  if (news.found_lost) follow_phase(connection, news);
}

void on_retransmission_timeout(Connection& connection, base::Instant now) noexcept {
  Sending& sending = connection.sending;
  Loss& loss = sending.loss;
  const uint32_t flight = bytes_between(sending.una, sending.nxt);
  // RFC 5681 3.1: the threshold falls at the first expiry for a segment, not at the next ones.
  if (sending.loss_timeouts == 0) {
    sending.congestion.on_timeout(std::min(flight, sending.congestion.window()));
    loss.timeout_in_doubt = true;
    loss.timeout_stamp = connection.timestamps.value(now);
  } else {
    sending.congestion.on_timeout_repeated();
  }
  if (sending.loss_timeouts < UINT8_MAX) ++sending.loss_timeouts;
  if (sending.loss_timeouts == kSuspicionTimeouts) {
    // RFC 9293 3.8.3: R1 is reached. The way may be dead, or too narrow.
    connection.shared.host.suspect(connection.next_hop, now);
    suspect_black_hole(connection);
  }
  loss.phase = LossPhase::TimedOut;
  loss.recover = sending.nxt;
  loss.duplicates = 0;
  loss.unproven = 0;
  loss.tail_probe.under_way = false;
  loss.reorder_at = base::Instant::never();
  sending.rtt.back_off();
  forget_sacks_if_reneged(connection);
  if (connection.handshake.sack) {
    loss.rack.mark_lost_on_timeout(sending.scoreboard, connection.shared.segments, now);
  } else {
    resend_all(connection);
  }
}

void resend_all(Connection& connection) noexcept {
  SackScoreboard& scoreboard = connection.sending.scoreboard;
  scoreboard.for_each(connection.shared.segments, [&](SentSegment& sent) {
    if (sent.fate == Fate::InFlight) scoreboard.mark_lost(sent);
    return true;
  });
}

}  // namespace penstock::tcp
