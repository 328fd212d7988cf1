namespace MeshProxy.Transport.Linux;

internal enum EpollOperation
{
    Add = 1,
    Delete = 2,
    Modify = 3,
}
