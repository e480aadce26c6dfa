namespace Server.State;

/// <summary>What an entry of the journal says (<c>kind</c>).</summary>
internal enum JournalKind
{
    Begin = 0,
    Success = 1,
    Failure = 2,
    RefreshSuccess = 3,
    Outputs = 4,
    Write = 5,
    SecretsManager = 6,
    RebuiltBaseState = 7,
    ExtensionParameterize = 8,
    Snippets = 9,
}

/// <summary>
/// An entry of the journal (apitype.JournalEntry), as places in the batch that it came in. <c>…Old</c> are indices into the resources of the base,
/// <c>…New</c> operations of this journal; null is unset.
/// </summary>
internal struct JournalEntry
{
    public TextSpan Text;
    public JournalKind Kind;
    public long SequenceId;
    public long OperationId;
    public long? RemoveOld;
    public long? RemoveNew;
    public long? DeleteOld;
    public long? DeleteNew;
    public long? PendingReplacementOld;
    public long? PendingReplacementNew;
    public TextSpan State;
    public ResourceFacts StateFacts;
    public TextSpan Operation;
    public TextSpan SecretsProvider;
    public TextSpan Snippets;
    public TextSpan NewSnapshot;
    public TextSpan ExtensionRef;
    public TextSpan Extension;
    public bool IsRefresh;
    public bool RequiresByteString;
}
