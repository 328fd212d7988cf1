using System.Numerics;

namespace MeshProxy.Transport.Loops;

/// <summary>
/// A hierarchical timing wheel (Varghese and Lauck, 1987): four levels of 64 lists, a tick of 2 ms at the lowest. Arming and disarming are
/// constant time; a timer moves down a level at most three times in its life. Idle and half-close deadlines of a hundred thousand
/// connections cost nothing until they are near. A deadline beyond the top level (9 hours) waits there and is filed again.
/// </summary>
public sealed class TimerWheel
{
    /// <summary>
    /// A timer is late by at most this. Finer ticks cost nothing while nothing is due: the loop sleeps to the next list that is not empty.
    /// </summary>
    public const int TickMilliseconds = 2;

    private const int Levels = 4;
    private const int SlotBits = 6;
    private const int Slots = 1 << SlotBits;

    private readonly LoopTimer?[] _lists = new LoopTimer?[Levels * Slots];
    private readonly ulong[] _occupied = new ulong[Levels];
    private readonly Action<Exception, LoopTimer>? _onFault;
    private long _tick;

    /// <param name="onFault">
    /// Told of an exception that came out of a timer; the others of its tick fire all the same. Null lets it out.
    /// </param>
    internal TimerWheel(long nowMilliseconds, Action<Exception, LoopTimer>? onFault = null)
    {
        _tick = nowMilliseconds / TickMilliseconds;
        _onFault = onFault;
    }

    public void Arm(LoopTimer timer, long deadlineMilliseconds)
    {
        Disarm(timer);
        timer.Deadline = deadlineMilliseconds;
        File(timer);
    }

    public void Disarm(LoopTimer timer)
    {
        if (timer.List < 0)
            return;
        if (timer.Previous is { } previous)
            previous.Next = timer.Next;
        else
            SetHead(timer.List, timer.Next);
        if (timer.Next is { } next)
            next.Previous = timer.Previous;
        timer.Next = timer.Previous = null;
        timer.List = -1;
    }

    /// <summary>Milliseconds to sleep until a list may be due, or -1 where no timer is armed.</summary>
    internal int MillisecondsToNext(long nowMilliseconds)
    {
        var nearest = long.MaxValue;
        for (var level = 0; level < Levels; level++)
        {
            if (_occupied[level] == 0)
                continue;
            var position = _tick >> (level * SlotBits);
            var ahead = 1 + BitOperations.TrailingZeroCount(BitOperations.RotateRight(_occupied[level], (int)((position + 1) % Slots)));
            nearest = Math.Min(nearest, (position + ahead) << (level * SlotBits));
        }
        return nearest == long.MaxValue ? -1 : (int)Math.Clamp(nearest * TickMilliseconds - nowMilliseconds, 0, int.MaxValue);
    }

    /// <summary>Fires what is due. Timers armed by a timer that fires are filed in a later tick, never in this one.</summary>
    internal void Advance(long nowMilliseconds)
    {
        var target = nowMilliseconds / TickMilliseconds;
        while (_tick < target)
        {
            if ((_occupied[0] | _occupied[1] | _occupied[2] | _occupied[3]) == 0)
            {
                _tick = target;
                return;
            }
            _tick++;
            for (var level = 1; level < Levels && (_tick & ((1L << (level * SlotBits)) - 1)) == 0; level++)
                Refile(level);
            Fire((int)(_tick % Slots));
        }
    }

    private void File(LoopTimer timer)
    {
        var due = Math.Max(_tick + 1, (timer.Deadline + TickMilliseconds - 1) / TickMilliseconds);
        var distance = due - _tick;
        var level = 0;
        while (level < Levels - 1 && distance >= 1L << ((level + 1) * SlotBits))
            level++;
        var farthest = _tick + (1L << (Levels * SlotBits)) - 1;
        var slot = (int)((Math.Min(due, farthest) >> (level * SlotBits)) % Slots);
        Push(timer, level * Slots + slot);
    }

    private void Push(LoopTimer timer, int list)
    {
        timer.List = list;
        timer.Previous = null;
        timer.Next = _lists[list];
        if (timer.Next is { } next)
            next.Previous = timer;
        SetHead(list, timer);
    }

    private void SetHead(int list, LoopTimer? head)
    {
        _lists[list] = head;
        var bit = 1UL << (list % Slots);
        if (head is null)
            _occupied[list / Slots] &= ~bit;
        else
            _occupied[list / Slots] |= bit;
    }

    private void Refile(int level)
    {
        var list = level * Slots + (int)((_tick >> (level * SlotBits)) % Slots);
        // A timer may come back to the same list only at the top level, where it waits another round: take them all off first.
        LoopTimer? taken = null;
        while (_lists[list] is { } timer)
        {
            Disarm(timer);
            timer.Next = taken;
            taken = timer;
        }
        while (taken is { } timer)
        {
            taken = timer.Next;
            timer.Next = null;
            FileDueNowOrLater(timer);
        }
    }

    /// <summary>While lists are moved down at tick t, a timer due at t itself belongs into the list that is about to fire.</summary>
    private void FileDueNowOrLater(LoopTimer timer)
    {
        if (timer.Deadline <= _tick * TickMilliseconds)
            Push(timer, (int)(_tick % Slots));
        else
            File(timer);
    }

    private void Fire(int list)
    {
        while (_lists[list] is { } timer)
        {
            Disarm(timer);
            try
            {
                timer.OnExpired();
            }
            catch (Exception fault) when (_onFault is not null)
            {
                _onFault(fault, timer);
            }
        }
    }
}
