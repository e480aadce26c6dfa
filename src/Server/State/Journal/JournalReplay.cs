namespace Server.State;

/// <summary>
/// What a journal makes of a base, entry by entry. References to what is not there are passed over and noted; nothing is ever refused here,
/// because everything has been acknowledged.
/// </summary>
internal sealed class JournalReplay(Deployment start)
{
    private readonly List<Resource> _added = [];
    private readonly Dictionary<long, int> _addedAt = []; // operation: place in _added
    private readonly HashSet<long> _dropAdded = []; // operations
    private readonly HashSet<long> _dropBase = [];
    private readonly Dictionary<long, Resource> _swapBase = [];
    private readonly HashSet<long> _markDelete = [];
    private readonly HashSet<long> _markPendingReplacement = [];
    private readonly Dictionary<long, (int Order, ReadOnlyMemory<byte> Operation)> _open = [];
    private readonly OrderedDictionary<string, ReadOnlyMemory<byte>> _extensions = new(StringComparer.Ordinal);
    private int _begun;

    public Deployment Base { get; private set; } = start;
    private bool ByteString { get; set; } = start.Features.Contains("byteString");

    /// <summary>Something in the journal cannot have been so.</summary>
    public string? Contradiction { get; private set; }

    private bool _refreshed;

    public void Apply(ReadOnlyMemory<byte> batch, JournalEntry entry)
    {
        ByteString |= entry.RequiresByteString;
        switch (entry.Kind)
        {
            case JournalKind.Begin:
                Begin(batch, entry);
                break;
            case JournalKind.Success:
                Succeed(batch, entry);
                break;
            case JournalKind.Failure:
                _open.Remove(entry.OperationId);
                break;
            case JournalKind.RefreshSuccess:
                Refresh(batch, entry);
                break;
            case JournalKind.Outputs:
                RegisterOutputs(batch, entry);
                break;
            case JournalKind.Write:
                Replace(Deployment.ReadBare(Part(batch, entry.NewSnapshot)));
                break;
            case JournalKind.SecretsManager:
                Base.SecretsProviders = SecretsProvider.Choose(Base.SecretsProviders, Part(batch, entry.SecretsProvider));
                break;
            case JournalKind.RebuiltBaseState:
                Compact();
                break;
            case JournalKind.ExtensionParameterize:
                _extensions[JsonText.ToString(Part(batch, entry.ExtensionRef).Span[1..^1])] = Part(batch, entry.Extension);
                break;
            case JournalKind.Snippets:
                Base.Snippets = Part(batch, entry.Snippets);
                break;
        }
    }

    /// <summary>The deployment as of now: what was added first, then what is left of the base, in its order.</summary>
    public Deployment Build()
    {
        NoteBeyondBase();
        var resources = new List<Resource>(_added.Count + Base.Resources.Count);
        var dropped = _dropAdded.Select(Slot).ToHashSet();
        resources.AddRange(_added.Where((_, i) => !dropped.Contains(i)));
        for (var i = 0; i < Base.Resources.Count; i++)
        {
            if (!_dropBase.Contains(i))
            {
                resources.Add(_swapBase.TryGetValue(i, out var swapped) ? swapped : Marked(i));
            }
        }
        var pending = Pending();
        var features = FeaturesOf(resources, pending); // as the client has it: also those of references that are dropped now
        if (_refreshed)
        {
            DanglingReferences.Drop(resources);
        }
        var normalization = UrnNormalization.Of(resources);
        normalization.Apply(resources);
        Contradiction ??= normalization.Contradiction;
        var built = Like(Base, resources, pending, normalization.ApplyToSnippets(Base.Snippets));
        built.Needs = features;
        return built;
    }

    private void Begin(ReadOnlyMemory<byte> batch, JournalEntry entry)
    {
        var order = _open.TryGetValue(entry.OperationId, out var before) ? before.Order : _begun++;
        _open[entry.OperationId] = (order, Part(batch, entry.Operation));
    }

    private void Succeed(ReadOnlyMemory<byte> batch, JournalEntry entry)
    {
        _open.Remove(entry.OperationId);
        if (StateOf(batch, entry) is { } state)
        {
            _addedAt[entry.OperationId] = _added.Count;
            _added.Add(state);
        }
        Note(_dropBase, entry.RemoveOld);
        if (entry.RemoveNew is { } removed)
        {
            RequireAdded(removed);
            _dropAdded.Add(removed);
        }
        Note(_markDelete, entry.DeleteOld);
        Note(_markPendingReplacement, entry.PendingReplacementOld);
        ChangeAdded(entry.DeleteNew, r => ResourceRewrite.WithFlag(r, ResourceMember.Delete, r.Facts.Delete));
        ChangeAdded(
            entry.PendingReplacementNew,
            r => ResourceRewrite.WithFlag(r, ResourceMember.PendingReplacement, r.Facts.PendingReplacement)
        );
        _refreshed |= entry.IsRefresh;
    }

    private void Refresh(ReadOnlyMemory<byte> batch, JournalEntry entry)
    {
        _open.Remove(entry.OperationId);
        _refreshed = true;
        if (StateOf(batch, entry) is not null)
        {
            RegisterOutputs(batch, entry);
            return;
        }
        Note(_dropBase, entry.RemoveOld);
        if (entry.RemoveNew is { } gone)
        {
            RequireAdded(gone);
            _dropAdded.Add(gone);
        }
    }

    private void RegisterOutputs(ReadOnlyMemory<byte> batch, JournalEntry entry)
    {
        if (StateOf(batch, entry) is not { } state)
        {
            return;
        }
        if (entry.RemoveOld is { } old)
        {
            _swapBase[old] = state;
        }
        ChangeAdded(entry.RemoveNew, _ => state);
    }

    private void Replace(Deployment newBase)
    {
        newBase.Features.AddRange(Base.Features);
        newBase.Envelope.AddRange(Base.Envelope);
        Base = newBase;
    }

    private void Compact()
    {
        var built = Build();
        built.Extensions = Extensions();
        Base = built;
        _added.Clear();
        _addedAt.Clear();
        _dropAdded.Clear();
        _dropBase.Clear();
        _swapBase.Clear();
        _markDelete.Clear();
        _markPendingReplacement.Clear();
        _open.Clear();
        _extensions.Clear();
    }

    /// <summary>The extensions of the base, and before them those added that it has not.</summary>
    public ReadOnlyMemory<byte> Extensions() => ExtensionMap.Overlay(_extensions, Base.Extensions);

    /// <summary>Those that began here and did not end, and of those left over from before the creates: they need a human.</summary>
    private List<PendingOperation> Pending() =>
        [
            .. _open.Values.Where(o => !o.Operation.IsEmpty).OrderBy(o => o.Order).Select(o => PendingOperations.Parse(o.Operation)),
            .. Base.PendingOperations.Where(p => p.Type == "creating"),
        ];

    private Features FeaturesOf(List<Resource> resources, List<PendingOperation> pending)
    {
        var features = Member.HasElements(Base.Snippets) ? Features.Snippets : Features.None;
        features |= ByteString && resources.Count + pending.Count > 0 ? Features.ByteString : Features.None;
        features = resources.Aggregate(features, (all, r) => all | r.Facts.Features);
        return pending.Aggregate(features, (all, p) => all | (p.Resource?.Facts.Features ?? Features.None));
    }

    private Resource Marked(int index)
    {
        var resource = Base.Resources[index];
        if (_markPendingReplacement.Contains(index))
        {
            resource = ResourceRewrite.WithFlag(resource, ResourceMember.PendingReplacement, resource.Facts.PendingReplacement);
        }
        return _markDelete.Contains(index) ? ResourceRewrite.WithFlag(resource, ResourceMember.Delete, resource.Facts.Delete) : resource;
    }

    private void ChangeAdded(long? operation, Func<Resource, Resource> change)
    {
        if (operation is { } added && RequireAdded(added))
        {
            _added[_addedAt[added]] = change(_added[_addedAt[added]]);
        }
    }

    private int Slot(long operation) => _addedAt.GetValueOrDefault(operation, -1);

    private static void Note(HashSet<long> indices, long? index)
    {
        if (index is { } old)
        {
            indices.Add(old);
        }
    }

    private void NoteBeyondBase()
    {
        var highest = _dropBase.Concat(_markDelete).Concat(_markPendingReplacement).Concat(_swapBase.Keys).DefaultIfEmpty(-1).Max();
        if (highest >= Base.Resources.Count)
        {
            Contradiction ??= $"the journal refers to resource {highest} of a base that has {Base.Resources.Count}";
        }
    }

    private bool RequireAdded(long operation)
    {
        if (!_addedAt.ContainsKey(operation))
        {
            Contradiction ??= $"the journal refers to a resource added by operation {operation}, which added none";
        }
        return _addedAt.ContainsKey(operation);
    }

    private static Resource? StateOf(ReadOnlyMemory<byte> batch, JournalEntry entry) =>
        entry.State.IsEmpty ? null : new(Part(batch, entry.State), entry.StateFacts);

    private static ReadOnlyMemory<byte> Part(ReadOnlyMemory<byte> batch, TextSpan span) =>
        span.IsEmpty ? default : batch.Slice(span.Start, span.Length);

    private static Deployment Like(
        Deployment model,
        List<Resource> resources,
        List<PendingOperation> pending,
        ReadOnlyMemory<byte> snippets
    )
    {
        var result = new Deployment
        {
            Version = model.Version,
            Manifest = model.Manifest,
            SecretsProviders = model.SecretsProviders,
            Metadata = model.Metadata,
            Snippets = snippets,
            Extensions = model.Extensions,
            Resources = resources,
            PendingOperations = pending,
        };
        result.Features.AddRange(model.Features);
        result.Envelope.AddRange(model.Envelope);
        result.Others.AddRange(model.Others);
        return result;
    }
}
